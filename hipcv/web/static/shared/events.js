/** Changes of clips, from one event stream for all pages of this browser; a loss of the connection is said on the page. */

import { get } from "./api.js";
import { byId, make, setContent } from "./dom.js";
import { EventStream } from "./event_stream.js";
import { _ } from "./language.js";
import { keyed } from "./session.js";

const WORKER = "/static/shared/event_worker.js";

const subscribers = [];
let connected = false; // at some time
let join = () => {};
let leave = () => {};

/**
 * Subscribe to changes of clips until the page is left.
 * @param {(event: {id: string, state: string, said: string, share: number, doing: string, measured: boolean}) => void} onClip
 * @param {() => void} onReconnect called when the stream is open again after a break
 */
export function subscribe(onClip, onReconnect) {
  subscribers.push({ onClip, onReconnect });
}

/** Connect the page. */
export function connectEvents() {
  if (globalThis.SharedWorker) connectWorker();
  else connectAlone();
  window.addEventListener("pagehide", () => leave());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) join();
  });
  join();
}

function connectWorker() {
  const worker = new SharedWorker(WORKER, { type: "module", name: "hipcv-events" });
  const address = () => keyed("/api/events");
  worker.port.onmessage = ({ data }) => onMessage(data);
  worker.onerror = () => {
    connectAlone(); // a browser without modules in workers
    join();
  };
  join = () => worker.port.postMessage({ address: address() });
  leave = () => worker.port.postMessage({});
}

/** Open a stream for this page alone, and only while it is visible. */
function connectAlone() {
  const stream = new EventStream(onMessage);
  join = () => (document.hidden ? stream.close() : stream.open(keyed("/api/events")));
  leave = () => stream.close();
  document.addEventListener("visibilitychange", () => join());
}

/** @param {import("./event_stream.js").StreamMessage} message */
function onMessage({ clip, open, refused }) {
  if (clip) for (const { onClip } of subscribers) onClip(clip);
  if (open === undefined) return;
  byId("connection").dataset.state = open ? "open" : "lost";
  sayLoss(!open);
  if (open && connected) for (const { onReconnect } of subscribers) onReconnect();
  connected ||= open;
  if (refused) void get("/api/session").catch(() => null); // goes to the sign-in page where the session ended
}

function sayLoss(lost) {
  const text = _("The connection to the desk is lost. This page goes on by itself when the desk answers again; what you change until then is not stored.");
  if (lost !== Boolean(byId("connection").firstChild)) setContent(byId("connection"), lost ? make("p", { text }) : null);
}
