// What was typed into a long form, kept on this device until it is stored: per person and page, each open tab its own.
// Browsers without storage (or with a full one) lose nothing but this.
const DAYS = 14 * 24 * 3600 * 1000;

export class Kept {
  /** `name`: whose and which page's. `id`: of this form; two tabs have two. */
  constructor(name, id) {
    this.prefix = `kept:${name}:`;
    this.tab = `tab:${name}`;
    this.flag = `resume:${name}`;
    this.hold(id);
  }

  /** Other tabs see by the lock that somebody is at it. */
  hold(id) {
    this.let?.();
    this.id = id;
    navigator.locks?.request(this.prefix + id, { ifAvailable: true }, () => new Promise((done) => (this.let = done)));
  }

  save(content) {
    store(() => localStorage.setItem(this.prefix + this.id, JSON.stringify({ ...content, at: Date.now() })));
    store(() => sessionStorage.setItem(this.tab, this.id));
  }

  clear(id = this.id) {
    store(() => localStorage.removeItem(this.prefix + id));
  }

  /** The newest that no open tab works on; what is two weeks old goes. */
  async newest() {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
    let found = null;
    for (const key of store(() => Object.keys(localStorage)) ?? []) {
      if (!key.startsWith(this.prefix)) continue;
      const kept = store(() => JSON.parse(localStorage.getItem(key)));
      if (!kept || Date.now() - kept.at > DAYS) store(() => localStorage.removeItem(key));
      else if (!held.has(key) && (!found || kept.at > found.at)) found = { ...kept, id: key.slice(this.prefix.length) };
    }
    return found;
  }

  /** The next page here (after the login, after a reload) takes up this one without asking. */
  resumeNext() {
    store(() => sessionStorage.setItem(this.flag, "1"));
  }

  /** What this tab was at before the page was loaded again: by the person's reload or Back, or as `resumeNext` asked. */
  resumed() {
    const asked = store(() => sessionStorage.getItem(this.flag));
    store(() => sessionStorage.removeItem(this.flag));
    const [how] = performance.getEntriesByType("navigation");
    const same = asked || ["reload", "back_forward"].includes(how?.type);
    return same ? this.read(store(() => sessionStorage.getItem(this.tab))) : null;
  }

  read(id) {
    const kept = id && store(() => JSON.parse(localStorage.getItem(this.prefix + id)));
    return kept ? { ...kept, id } : null;
  }
}

function store(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
