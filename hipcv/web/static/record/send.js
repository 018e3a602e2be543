/** Saving a recording: to the desk, and where that fails, to the user's disk. */

import { button, byId, make, show } from "../shared/dom.js";
import { today } from "../shared/numbers.js";
import { upload } from "../shared/uploads.js";

/**
 * Send the takes of a test, one after the other.
 * @param {Array<{file: Blob, legs: string[]}>} takes
 * @param {{side: string, patient: string, on: string, suffix: string}} about
 * @returns {Promise<string>} id of the last clip
 */
export async function sendTakes(takes, about) {
  byId("sending").hidden = false;
  byId("sending").scrollIntoView({ block: "nearest" });
  let clip = "";
  for (const [place, take] of takes.entries()) {
    clip = await sendOne(take, takes.length > 1 ? `-${place + 1}` : "", about);
  }
  return clip;
}

async function sendOne(take, tail, about) {
  const clock = new Date().toTimeString().slice(0, 8).replaceAll(":", "");
  const name = `recording-${today()}-${clock}${tail}${about.suffix}`;
  const asked = about.side === "left" || about.side === "right" ? about.side : tail && take.legs.length === 1 ? take.legs[0] : "";
  const fields = { name, side: asked, patient: about.patient, on: about.patient ? about.on : "" };
  for (;;) {
    try {
      show(byId("sending-actions"));
      byId("sending-words").textContent = "The full recording goes to the desk. The result is measured from it.";
      return await upload(take.file, fields, (share) => {
        byId("sending-bar").value = share;
      });
    } catch (fault) {
      await again(fault, take.file, name);
    }
  }
}

/** Nothing that was recorded is lost because the desk did not take it. */
function again(fault, file, name) {
  byId("sending-words").textContent = fault.message;
  const save = make("a", { class: "button", href: URL.createObjectURL(file), download: name, text: "Keep it as a file" });
  return new Promise((done) => show(byId("sending-actions"), button("Try again", () => done(), { class: "primary" }), save));
}
