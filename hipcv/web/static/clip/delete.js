/** Deletion of the clip, such as a wrong upload. */

import { send } from "../shared/api.js";
import { ownerText } from "../shared/clips.js";
import { openForm } from "../shared/dialog.js";
import { byId } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { showErrors } from "../shared/toast.js";

/**
 * Let the button delete the clip, once that is confirmed.
 * @param {import("./store.js").ClipStore} store
 */
export function startDeletion(store) {
  byId("delete-clip").addEventListener("click", () => void showErrors(async () => {
    const { clip = null, patient = null, analysis = null } = store.view ?? {}; // a damaged one may not load
    const signed = analysis?.signed_by ? format(_("Its result is signed off by {initials}."), { initials: analysis.signed_by }) : "";
    const answer = await openForm({
      title: clip ? format(_("Delete {clip}?"), { clip: clip.name }) : _("Delete this clip?"), reason: "none", action: _("Delete for good"), danger: true,
      text: [clip && `${ownerText(clip)}.`, signed, _("The recording and all its results are deleted. This cannot be undone.")].filter(Boolean).join(" "),
    });
    if (!answer) return;
    await send(`/api/clips/${store.id}`, { by: answer.by }, "DELETE");
    location.assign(patient ? `/patients/${patient.id}` : "/");
  }));
}
