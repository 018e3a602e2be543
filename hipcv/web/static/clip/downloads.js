/** The frame shown as a picture, and the annotated video, to be saved. */

import { get, send } from "../shared/api.js";
import { byId, make, setContent } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { share as percent } from "../shared/numbers.js";
import { keyed } from "../shared/session.js";
import { showErrors, showToast } from "../shared/toast.js";

const POLL_MS = 400;

/**
 * Start the menu.
 * @param {import("./store.js").ClipPage} page
 */
export function startDownloads({ store, head }) {
  const base = `/api/clips/${store.id}`;
  const follow = () => {
    for (const [id, lines] of [["save-frame", false], ["save-frame-lines", true]]) {
      byId(id).href = keyed(`${base}/frame?row=${head.row}&side=${store.side}&lines=${lines}`);
    }
  };
  head.addEventListener("frame", follow);
  store.addEventListener("change", follow);
  for (const id of ["save-frame", "save-frame-lines", "save-annotated"]) byId(id).addEventListener("click", () => { byId("download-menu").open = false; });
  byId("save-annotated").addEventListener("click", () => void showErrors(() => saveAnnotated(base)));
}

/** Have the annotated video drawn where it is not there, show how far that is, and save it. */
async function saveAnnotated(base) {
  const bar = byId("download-bar");
  if (!bar.hidden) return;
  try {
    let state = await send(`${base}/annotated`);
    while (!state.ready) {
      if (state.error) throw new Error(state.error);
      showProgress(bar, state.share);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      state = await get(`${base}/annotated`);
    }
    make("a", { href: keyed(`${base}/annotated.mp4`), download: "" }).click();
    showToast(_("The annotated video is being saved."));
  } finally {
    bar.hidden = true;
    setContent(bar);
  }
}

function showProgress(bar, share) {
  bar.hidden = false;
  if (!bar.firstChild) setContent(bar, make("p", { id: "download-text" }), make("progress", { max: 1, "aria-labelledby": "download-text" }));
  bar.querySelector("p").textContent = format(_("The annotated video is being drawn: {share}"), { share: percent(share) });
  bar.querySelector("progress").value = share;
}
