/** Lock of the pages when nobody uses them, and sign-out. */

import { send } from "./api.js";
import { forgetInitials } from "./initials.js";
import { _ } from "./language.js";
import { beginEnd, dropPageKey, onSessionEnd, signInAddress } from "./session.js";
import { showToast } from "./toast.js";

const LATEST = "hipcv.latest-activity"; // Unix time, ms, shared by the pages of this browser
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const NOTED_EVERY_MS = 1000;
const SENT_EVERY_MS = 30_000;
const CHECK_EVERY_MS = 2000;
const WARNING_MS = 60_000;
const MINUTE_MS = 60_000;
const ASK_AGAIN_MS = 5 * MINUTE_MS; // without use, after which initials are asked for anew

let noted_ms = 0;
let sent_ms = Date.now();

/** Note that the desk is in use. */
export function noteActivity() {
  if (Date.now() - noted_ms < NOTED_EVERY_MS) return;
  if (Date.now() - Number(localStorage.getItem(LATEST)) > ASK_AGAIN_MS) forgetInitials();
  noted_ms = Date.now();
  localStorage.setItem(LATEST, String(noted_ms));
}

/** Lock the pages when nobody used them for as long as the settings say, and follow a session that ends elsewhere. */
export function startIdleLock() {
  const lockAfter_ms = Number(document.body.dataset.lockAfterMin ?? 0) * MINUTE_MS; // 0: never
  onSessionEnd(leave);
  noteActivity();
  for (const sign of SIGNS) document.addEventListener(sign, onSign, { passive: true, capture: true });
  if (!lockAfter_ms) return;
  let warned = false;
  const check = () => {
    const left_ms = Number(localStorage.getItem(LATEST)) + lockAfter_ms - Date.now();
    if (left_ms <= 0) void end("locked");
    const warning = left_ms < Math.min(WARNING_MS, lockAfter_ms / 3);
    if (warning && !warned) showToast(_("The desk is about to lock, since nobody uses it. Move the pointer to go on."));
    warned = warning;
  };
  setInterval(check, CHECK_EVERY_MS);
  document.addEventListener("visibilitychange", check);
}

/**
 * End the session and leave the page.
 * @param {"locked"|"signed_out"} reason
 */
export async function end(reason) {
  if (!beginEnd(reason)) return;
  await send("/api/session", undefined, "DELETE").catch(() => null); // ended already, or the desk was closed
  dropPageKey();
  leave();
}

function onSign() {
  noteActivity();
  if (Date.now() - sent_ms < SENT_EVERY_MS) return;
  sent_ms = Date.now();
  void send("/api/session", undefined).catch(() => null);
}

function leave() {
  location.replace(signInAddress());
}
