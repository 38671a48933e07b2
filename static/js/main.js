// Everything here makes pages nicer; every page works without it.
import "./forms.js";
import "./dialogs.js";
import "./network.js";
import "./live.js";
import "./bell.js";
import "./palette.js";
import "./shortcuts.js";
import "./theme.js";
import "./quantity.js";
import "./understood.js";
import "./suggest.js";
import "./days.js";
import "./drafts.js";
import "./charts.js";
import "./jobs.js";
import "./lists.js";
import "./section.js";
