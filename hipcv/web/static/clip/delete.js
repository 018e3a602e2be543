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
    const { clip, patient, analysis } = store.view;
    const signed = analysis?.signed_by ? format(_("Its result is signed off by {initials}."), { initials: analysis.signed_by }) : "";
    const answer = await openForm({
      title: format(_("Delete {clip}?"), { clip: clip.name }), reason: "none", action: _("Delete for good"), danger: true,
      text: [`${ownerText(clip)}.`, signed, _("The recording and all its results are deleted. This cannot be undone.")].filter(Boolean).join(" "),
    });
    if (!answer) return;
    await send(`/api/clips/${clip.id}`, { by: answer.by }, "DELETE");
    location.assign(patient ? `/patients/${patient.id}` : "/");
  }));
}
