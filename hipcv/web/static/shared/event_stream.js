/** The event stream of the server: opened again after a break, also one that the network does not report. */

const RETRY_MS = 2000;
const SILENCE_MS = 40_000; // the server sends a sign of life every 15 seconds

/** @typedef {{clip?: any, open?: boolean, refused?: boolean}} StreamMessage a change of a clip, or whether the stream is open */

/** One stream; `onMessage` gets each change of a clip, and each opening and loss. */
export class EventStream {
  #source = null;
  #address = "";
  #timer = 0;

  /** @param {(message: StreamMessage) => void} onMessage */
  constructor(onMessage) {
    this.onMessage = onMessage;
    this.isOpen = false;
  }

  /**
   * Open the stream, unless it is open at this address already.
   * @param {string} address with the page key
   */
  open(address) {
    if (this.#source && address === this.#address) return;
    this.close();
    this.#address = address;
    this.#connect();
  }

  /** Close the stream. */
  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.isOpen = false;
  }

  #connect() {
    const source = new EventSource(this.#address);
    this.#source = source;
    this.#expectSign();
    source.addEventListener("open", () => {
      this.isOpen = true;
      this.#expectSign();
      this.onMessage({ open: true });
    });
    source.addEventListener("alive", () => this.#expectSign());
    source.addEventListener("clip", (event) => {
      this.#expectSign();
      this.onMessage({ clip: JSON.parse(event.data) });
    });
    source.addEventListener("error", () => this.#onLoss(source.readyState === EventSource.CLOSED));
  }

  /** Say that the stream is lost; where the browser does not try again by itself, do. */
  #onLoss(refused) {
    this.isOpen = false;
    if (refused) this.#connectLater(RETRY_MS);
    this.onMessage({ open: false, refused });
  }

  #expectSign() {
    this.#connectLater(SILENCE_MS, () => this.#onLoss(false));
  }

  #connectLater(delay_ms, before = () => {}) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      before();
      this.#source?.close();
      this.#connect();
    }, delay_ms);
  }
}
