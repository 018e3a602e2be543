/** The browser's camera. */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const REASONS = {
  NotAllowedError: "The browser was not allowed to use the camera. Allow it in the address bar, then try again.",
  NotFoundError: "No camera was found. Plug one in, then try again.",
  NotReadableError: "The camera is used by another program. Close it, then try again.",
  OverconstrainedError: "This camera cannot be used. Choose another one.",
};

/**
 * Open a camera; never any sound.
 * @param {string} id of the device; "" for the browser's choice
 * @returns {Promise<MediaStream>}
 * @throws {Error} with a sentence
 */
export async function openCamera(id) {
  if (!navigator.mediaDevices) throw new Error("This browser gives no camera to this page. Open the desk by the link that hipcv review printed.");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...PICTURE, ...(id ? { deviceId: { exact: id } } : {}) } });
  } catch (fault) {
    throw new Error(REASONS[fault.name] ?? `The camera could not be opened (${fault.name}).`, { cause: fault });
  }
}

/**
 * The cameras there are.
 * @returns {Promise<Array<{id: string, name: string}>>}
 */
export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput").map((device, place) => ({ id: device.deviceId, name: device.label || `Camera ${place + 1}` }));
}

/**
 * Close a camera.
 * @param {MediaStream|null} stream
 * @returns {void}
 */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
