/** Shared worker: one event stream for all pages of this browser, which opens no more than six connections to one server. */

import { EventStream } from "./event_stream.js";

const ports = new Set();
const stream = new EventStream((message) => {
  for (const port of ports) port.postMessage(message);
});

globalThis.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  port.onmessage = ({ data }) => (data.address ? join(port, data.address) : leave(port));
});

function join(port, address) {
  ports.add(port);
  stream.open(address);
  if (stream.isOpen) port.postMessage({ open: true });
}

function leave(port) {
  ports.delete(port);
  if (!ports.size) stream.close();
}
