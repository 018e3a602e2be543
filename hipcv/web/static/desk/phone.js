/** Clips from a phone: a dialog with the code that a phone opens; closing it ends the code. */

import { get, send, sendOnLeave } from "../shared/api.js";
import { describeAssignment } from "../shared/assignment.js";
import { button, make, setContent } from "../shared/dom.js";
import { noteActivity } from "../shared/idle.js";
import { withInitials } from "../shared/initials.js";
import { _, format } from "../shared/language.js";
import { share } from "../shared/numbers.js";

const PATH = "/api/phone";
const POLL_MS = 1000;
const MINUTE_S = 60;

/**
 * Open a code for a phone, and follow what comes by it until the dialog is closed.
 * @param {import("../shared/assignment.js").Assignment} chosen for whom the clips are
 * @param {(name: string, received: any) => void} onReceived called with each clip that was stored
 * @returns {Promise<boolean>} true if any came
 */
export function openPhoneDialog(chosen, onReceived) {
  const view = createDialog(chosen);
  const body = { ...chosen, patient: chosen.patient || null, on: chosen.on || null, side: chosen.side || null };
  const leave = () => sendOnLeave(PATH, "DELETE");
  let received = 0; // of the present code
  let any = false;
  let shares = -1;
  let timer = 0;

  async function open(address) {
    clearTimeout(timer);
    received = 0;
    try {
      const opened = await send(PATH, withInitials({ ...body, address }));
      showCode(view, opened, (other) => void open(other));
      show(opened);
    } catch (error) {
      setContent(view.code);
      setContent(view.status, make("p", { class: "error", text: error.message }));
    }
  }

  function show(state) {
    showState(view, state);
    const stored = (state.clips ?? []).filter((clip) => clip.received);
    for (const clip of stored.slice(received)) onReceived(clip.name, clip.received);
    received = stored.length;
    any ||= received > 0;
    const sum = (state.clips ?? []).reduce((total, clip) => total + clip.share, 0);
    if (sum > shares) noteActivity(); // the desk is in use while a clip arrives
    shares = sum;
    if (state.open && view.dialog.open) timer = setTimeout(() => void poll(), POLL_MS);
  }

  async function poll() {
    try {
      show(await get(PATH));
    } catch (error) {
      setContent(view.status, make("p", { class: "error", text: error.message }));
      if (view.dialog.open) timer = setTimeout(() => void poll(), POLL_MS);
    }
  }

  return new Promise((resolve) => {
    view.again.addEventListener("click", () => void open(view.address));
    view.dialog.addEventListener("close", () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", leave);
      view.dialog.remove();
      void send(PATH, undefined, "DELETE").catch(() => null); // ended already
      resolve(any);
    });
    window.addEventListener("pagehide", leave);
    document.body.append(view.dialog);
    view.dialog.showModal();
    void open("");
  });
}

function createDialog(chosen) {
  const dialog = make("dialog", { class: "phone", "aria-labelledby": "phone-title" });
  const code = make("div", {}, make("p", { class: "empty", text: _("Loading…") }));
  const status = make("div", { role: "status" });
  const clips = make("ul", { class: "items", "aria-label": _("Uploads"), hidden: true });
  const again = button(_("New code"), () => {}, { hidden: true });
  dialog.append(
    make("h2", { id: "phone-title", text: _("Clips from a phone") }),
    make("p", { class: "assignment", text: describeAssignment(chosen) }), code, status, clips,
    make("div", { class: "actions" }, again, button(_("Close"), () => dialog.close(), { class: "primary" })));
  return { dialog, code, status, clips, again, address: "" };
}

function showCode(view, { url, qr, fingerprint, address, addresses }, onAddress) {
  view.address = address;
  setContent(view.code,
    make("div", { class: "scan" },
      make("img", { src: qr, alt: _("QR code of the address") }),
      make("ol", {},
        make("li", { text: _("Connect the phone to the same network as this computer. Point its camera at the code and open the address.") }),
        make("li", {}, _("The phone warns that the connection is not private: this computer made its certificate itself, and nobody vouches for it. Go on only if the certificate that the phone shows has this fingerprint (SHA-256), else somebody in the network could receive the clip:"), " ", make("code", { class: "fingerprint", id: "fingerprint", text: inLines(fingerprint) })),
        make("li", { text: _("Record a clip there, or choose one. Afterwards, or when this window is closed, the code does not work any more.") }))),
    make("details", {}, make("summary", { text: _("If the phone finds nothing there") }),
      make("p", {}, _("The address is:"), " ", make("code", { id: "phone-address", text: url })),
      make("p", { class: "note", text: _("Networks for guests often keep their devices apart, and a firewall on this computer may ask whether it may be reached.") }),
      addresses.length > 1 ? addressChoice(address, addresses, onAddress) : null));
}

/** Return a fingerprint in lines of eight bytes, to be compared by eye. */
function inLines(fingerprint) {
  return fingerprint.match(/.{1,24}/g).join("\n");
}

function addressChoice(address, addresses, onAddress) {
  const select = make("select", { id: "phone-host" }, ...addresses.map((other) => make("option", { value: other, selected: other === address, text: other })));
  select.addEventListener("change", () => onAddress(select.value));
  return make("div", {}, make("label", { for: "phone-host", text: _("This computer has several addresses; use") }), select);
}

function showState(view, { open, end, opened, left_s, clips = [] }) {
  view.again.hidden = Boolean(open);
  view.code.hidden = !open || opened;
  view.clips.hidden = !clips.length;
  setContent(view.clips, ...clips.map(clipRow));
  setContent(view.status, make("p", { class: "note", text: open ? waitingText(opened, left_s) : end || _("The code does not work any more.") }));
}

function waitingText(opened, left_s) {
  const minutes = Math.ceil(left_s / MINUTE_S);
  const text = opened ? _("A phone has opened the page. It can send for another {minutes} min.") : _("Waiting for a phone. The code works for another {minutes} min, once.");
  return format(text, { minutes });
}

function clipRow({ name, share: sent, error, received }) {
  const bar = make("progress", { max: 1, value: sent, "aria-label": format(_("Upload of {file}"), { file: name }) });
  const status = make("span", { class: "note", text: received ? _("taken") : sent < 1 ? share(sent) : _("being checked") });
  return make("li", { class: "working" }, make("span", { class: "what", text: name }), error ? null : status, error ? make("p", { class: "error", text: error }) : received ? null : bar);
}
