/** The backup of the desk: begun by a button, followed while it is written, then saved by the browser. */

import { get, send } from "../shared/api.js";
import { byId, make, setContent } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { share, significant } from "../shared/numbers.js";
import { keyed } from "../shared/session.js";
import { showErrors } from "../shared/toast.js";

const PATH = "/api/backup";
const POLL_MS = 500;
const MEGABYTE = 1e6;

/** Let the button begin a backup, and show one that is under way or ready. */
export function startBackup() {
  byId("make-backup").addEventListener("click", () => void showErrors(async () => show(await send(PATH, {}))));
  void showErrors(async () => show(await get(PATH)));
}

function show(backup) {
  const running = backup.state === "running";
  byId("make-backup").disabled = running;
  setContent(byId("backup"), ...parts(backup));
  if (running) setTimeout(() => void showErrors(async () => show(await get(PATH))), POLL_MS);
}

function parts(backup) {
  if (backup.state === "running") return [make("p", { class: "note", text: format(_("Writing the backup, {share}"), { share: share(backup.share) }) }), make("progress", { max: 1, value: backup.share, "aria-label": _("Progress of the backup") })];
  if (backup.state === "failed") return [make("p", { class: "error", text: backup.error })];
  return backup.state === "ready" ? ready(backup) : [];
}

function ready({ name, size_bytes, sha256, clips, results, missing }) {
  const size = format(_("{size} MB"), { size: significant(size_bytes / MEGABYTE, 3) });
  return [
    make("p", {}, make("a", { class: "button primary", id: "save-backup", href: keyed(`${PATH}/file`), download: name, text: format(_("Save {name}"), { name }) }), ` ${size}`),
    make("p", { class: "note", text: format(_("Clips: {clips}, results: {results}. It is here until the desk closes or another one is made."), { clips, results }) }),
    make("p", { class: "note" }, "SHA-256 ", make("code", { text: sha256 })),
    missing.length ? make("p", { class: "caution", text: format(_("Missing in the data folder, and so in the backup: {names}"), { names: missing.join(", ") }) }) : null,
  ];
}
