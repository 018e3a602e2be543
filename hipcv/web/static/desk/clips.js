/** The desk's lists of clips: those being measured, and those that wait for a look. */

import { make } from "../shared/dom.js";
import { angle, day, share } from "../shared/numbers.js";
import { sideName, statusWords } from "../shared/labels.js";

const DOING = { waiting: "Waiting its turn", analysing: "Measuring" };
const GOOD = 0.8;
const FAIR = 0.6;

/**
 * One clip that is being measured, with how far it is.
 * @param {Object} clip a clip row
 * @returns {HTMLElement}
 */
export function workingRow(clip) {
  const row = make("li", { class: "working", "data-clip-id": clip.id },
    make("span", { class: "what" }, make("a", { href: `/clips/${clip.id}`, text: clip.name }), whose(clip)),
    make("span", { class: "doing note" }),
    make("progress", { max: 1, "aria-label": `Progress of ${clip.name}` }));
  progressTo(row, clip);
  return row;
}

/**
 * Show how far a clip is.
 * @param {HTMLElement} row made by workingRow
 * @param {{state: string, doing?: string, share?: number}} news
 * @returns {void}
 */
export function progressTo(row, news) {
  const words = news.doing || DOING[news.state] || news.state;
  const known = news.state === "analysing" && news.share > 0;
  row.querySelector(".doing").textContent = known ? `${words}, ${share(news.share)}` : words;
  const bar = row.querySelector("progress");
  bar.hidden = news.state !== "analysing";
  if (known) bar.value = news.share;
  else bar.removeAttribute("value");
}

/**
 * The clips that wait for a look, worst first as they come.
 * @param {Object[]} clips clip rows
 * @returns {HTMLElement}
 */
export function waitingTable(clips) {
  if (!clips.length) return make("p", { class: "empty", text: "Nothing waits. New clips come here once they are measured." });
  const head = make("thead", {}, make("tr", {}, ...["Clip", "Patient and visit", "Result", "Quality", ""].map((text) => (text ? make("th", { scope: "col", text }) : make("td")))));
  return make("table", { class: "cards waiting" }, head, make("tbody", {}, ...clips.map(waitingRow)));
}

function waitingRow(clip) {
  return make("tr", { "data-clip-id": clip.id },
    make("th", { scope: "row" }, make("a", { href: `/clips/${clip.id}`, text: clip.name })),
    make("td", { "data-label": "Patient" }, whose(clip) ?? make("span", { class: "hint", text: "not assigned" })),
    make("td", { "data-label": "Result" }, result(clip)),
    make("td", { "data-label": "Quality" }, quality(clip)),
    make("td", { class: "go" }, make("a", { class: "button small", href: `/clips/${clip.id}`, "aria-label": `Review ${clip.name}` }, "Review")));
}

/**
 * The numbers of a clip, or why there are none.
 * @param {Object} clip a clip row
 * @returns {HTMLElement}
 */
export function result(clip) {
  const told = Object.entries(clip.sides ?? {}).filter(([, read]) => read && read.rotation_deg !== null);
  if (told.length) {
    return make("span", { class: "sides" }, ...told.map(([side, read]) => make("span", { class: "number" }, `${sideName(side)} `, make("b", { text: angle(read.rotation_deg) }))));
  }
  return make("span", { class: "said" }, clip.said || DOING[clip.state] || "Not measured.");
}

/**
 * How well a clip could be measured, as a tag.
 * @param {Object} clip a clip row
 * @returns {HTMLElement}
 */
export function quality(clip) {
  if (clip.state in DOING) return make("span", { class: "tag busy", text: "under way" });
  if (clip.state === "failed") return make("span", { class: "tag care", text: "failed" });
  if (clip.state === "refused") return make("span", { class: "tag care", text: "not measured" });
  if (clip.quality === null || clip.quality === undefined) return make("span", { class: "tag", text: "unknown" });
  const told = clip.quality >= GOOD ? ["good", "good"] : clip.quality >= FAIR ? ["fair", ""] : ["poor", "care"];
  const tag = make("span", { class: `tag ${told[1]}`, text: `${told[0]} ${share(clip.quality)}` });
  if (clip.status !== "amended") return tag;
  return make("span", { class: "tags" }, tag, make("span", { class: "tag care", text: statusWords("amended").text }));
}

function whose(clip) {
  if (!clip.patient) return null;
  return make("span", { class: "whose" }, make("a", { href: `/patients/${clip.patient.id}`, text: clip.patient.pseudonym }), clip.on ? make("span", { class: "number", text: ` · ${day(clip.on)}` }) : "");
}
