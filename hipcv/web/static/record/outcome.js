/** Result of a test, for the person who did it. */

import { get } from "../shared/api.js";
import { isPending } from "../shared/clips.js";
import { byId, make, setContent } from "../shared/dom.js";
import { subscribe } from "../shared/events.js";
import { _, capitalize } from "../shared/language.js";
import { keyed } from "../shared/session.js";

/**
 * Wait until clips are measured, and show what they say to the person.
 * @param {string[]} clipIds of one test
 */
export async function showOutcome(clipIds) {
  byId("outcome").hidden = false;
  byId("outcome-text").textContent = _("Your recording is being measured.");
  byId("outcome").scrollIntoView({ block: "nearest" });
  await measured(clipIds);
  const query = new URLSearchParams(clipIds.map((id) => ["clip", id]));
  const outcome = await get(`/api/outcome?${query}`);
  byId("outcome-bar").hidden = true;
  byId("outcome-text").textContent = outcome.problem;
  setContent(byId("outcome-sides"), ...outcome.sides.map(sideResult));
  byId("outcome-next").hidden = !outcome.next_step;
  setContent(byId("outcome-next"), make("b", { text: _("Next:") }), ` ${outcome.next_step}`);
  setContent(byId("outcome-links"), ...clipIds.flatMap((id, index) => links(id, clipIds.length > 1 ? ` ${index + 1}` : "")),
    outcome.may_repeat ? make("a", { class: "button", href: "/record", text: _("Record again") }) : null);
}

/** Resolve when none of the clips is waiting for its result any more. */
async function measured(clipIds) {
  const waiting = new Map(clipIds.map((id, index) => [id, index]));
  let done = () => {};
  const all = new Promise((resolve) => {
    done = resolve;
  });
  const note = ({ id, state, share }) => {
    if (!waiting.has(id)) return;
    if (state === "analysing") byId("outcome-bar").value = (waiting.get(id) + (share ?? 0)) / clipIds.length;
    if (!isPending({ state })) waiting.delete(id);
    if (!waiting.size) done();
  };
  const refresh = () => Promise.all(clipIds.map(async (id) => note((await get(`/api/clips/${id}`)).clip)));
  subscribe(note, () => void refresh());
  await refresh();
  await all;
}

function sideResult({ title, value, mark, verdict, more }) {
  return make("div", { class: "side-result" },
    make("h3", { text: title }),
    make("p", { class: value ? "value number" : "value none", text: value || _("No number") }),
    mark ? make("p", { text: mark }) : null,
    make("p", { class: "verdict", text: verdict }),
    more ? make("p", { class: "note", text: capitalize(more) }) : null);
}

function links(clipId, number) {
  return [
    make("a", { class: "button primary", href: keyed(`/clips/${clipId}/report`), text: _("Open the report") + number }),
    make("a", { class: "button", href: `/clips/${clipId}`, text: _("Open the recording") + number }),
  ];
}
