"""`bin/demo`: perform the main job through the running system, show each step, then serve until Ctrl-C.

The steps come from `manage.py demo_main_job --json`, which works over HTTP as people would and prints one JSON object a
line: `step` (its name), `ok`, `happened` (a sentence) and `look` (a URL, or nothing).
"""

import argparse
import json
import subprocess
import time

from . import machine, packages
from .homes import lasting_home
from .messages import compile_messages
from .site import Site, answers, open_site
from .tools import LOCAL, ROOT, python, say

Step = dict[str, object]


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    begun = time.monotonic()
    packages.sync()
    compile_messages()
    machine.ensure_documents()
    with lasting_home(reset=options.reset) as processes:
        site = open_site(processes, port=options.port)
        site.prepare()
        start_all(site)
        ready_after = time.monotonic() - begun
        say(f"Ready after {ready_after:.1f} s. Performing the main job through the running system:\n")
        steps = main_job(site)
        processes.check()
        passed = bool(steps) and all(step["ok"] for step in steps)
        if options.json:
            print(json.dumps(summary(site, steps, passed=passed, ready_after=ready_after)), flush=True)
        else:
            print(closing(site, passed=passed), flush=True)
        if options.once:
            return 0 if passed else 1
        say("Serving until Ctrl-C.")
        while True:
            processes.revive()
            time.sleep(0.5)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Run the main job for real, then serve.")
    parser.add_argument("--once", action="store_true", help="end after the main job; exit 1 if a step failed")
    parser.add_argument(
        "--json", action="store_true", help="print steps, address and logins as one JSON object"
    )
    parser.add_argument(
        "--port", type=int, help="serve on this port (default: the last one here, or a free one)"
    )
    parser.add_argument("--reset", action="store_true", help="delete the demo's data first")
    return parser.parse_args(arguments)


def start_all(site: Site) -> None:
    """Start what serves and works, all at once, and wait until it answers."""
    say("Starting web, worker, beat and the sandboxes of messages and payments …")
    for start in (
        site.start_web,
        site.start_worker,
        site.start_sandbox,
        site.start_payment_sandbox,
        site.start_beat,
    ):
        start()
    site.processes.wait_until(site.healthy, what="The web process")
    phone = site.environment["SANDBOX_PHONE_URL"]
    site.processes.wait_until(lambda: answers(phone), what="The message sandbox")
    # Without approved templates WhatsApp takes nothing outside its 24 hours, and messages would go by SMS.
    site.manage("publish_whatsapp_templates")


def main_job(site: Site) -> list[Step]:
    """Run the job and print each step the moment it is done."""
    steps: list[Step] = []
    log = LOCAL / "log" / "main_job.log"
    command = [python(), "manage.py", "demo_main_job", "--json"]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as job,
    ):
        for line in job.stdout or ():
            steps.append(json.loads(line))
            show(len(steps), steps[-1])
    if job.returncode and all(step["ok"] for step in steps):
        steps.append({"step": "main job", "ok": False, "happened": f"It broke off; see {log}.", "look": ""})
        say(f"   ✗ The main job broke off:\n{log.read_text()[-3000:]}")
    return steps


def show(number: int, step: Step) -> None:
    say(f"  {number:>2}. {'✓' if step['ok'] else '✗'} {step['step']}: {step['happened']}")
    if step.get("look"):
        say(f"        {step['look']}")


def closing(site: Site, *, passed: bool) -> str:
    logins = [f"  {login['role']:<24} {login['email']:<36} {login['password']}" for login in site.logins()]
    verdict = "The main job went through." if passed else "The main job FAILED at the step marked ✗."
    return "\n".join(
        [
            f"\n{verdict}\n",
            f"Back office    {site.url}/",
            f"Phone          {site.environment['SANDBOX_PHONE_URL']}   (what retailers receive)",
            f"Logs           {LOCAL / 'log'}\n",
            f"  {'Role':<24} {'Email':<36} Password",
            *logins,
        ]
    )


def summary(site: Site, steps: list[Step], *, passed: bool, ready_after: float) -> dict[str, object]:
    return {
        "ok": passed,
        "url": f"{site.url}/",
        "phone": site.environment["SANDBOX_PHONE_URL"],
        "logins": site.logins(),
        "steps": steps,
        "ready_after_seconds": round(ready_after, 1),
    }
