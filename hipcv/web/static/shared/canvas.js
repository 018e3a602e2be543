/** Drawing over a video. */

const OUTLINE = "rgba(15, 23, 32, .75)";
const OUTLINE_WIDTH = 1.9;

/**
 * Clear a canvas and size it to its element, in device pixels.
 * @param {HTMLCanvasElement} canvas
 * @returns {{pen: CanvasRenderingContext2D, density: number}} density: device pixels per CSS pixel
 */
export function clearCanvas(canvas) {
  const density = devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * density);
  canvas.height = Math.round(canvas.clientHeight * density);
  const pen = canvas.getContext("2d");
  pen.lineCap = "round";
  return { pen, density };
}

/**
 * Draw a line with a dark outline.
 * @param {CanvasRenderingContext2D} pen
 * @param {number[]} from device pixels
 * @param {number[]} to device pixels
 * @param {{width: number, colour: string}} style
 */
export function drawLine(pen, from, to, { width, colour }) {
  pen.beginPath();
  pen.moveTo(from[0], from[1]);
  pen.lineTo(to[0], to[1]);
  for (const [lineWidth, strokeStyle] of [[OUTLINE_WIDTH * width, OUTLINE], [width, colour]]) {
    Object.assign(pen, { lineWidth, strokeStyle });
    pen.stroke();
  }
}

/**
 * Write white text with a dark outline, centred on a point.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number[]} point device pixels
 * @param {number} size device pixels
 */
export function drawText(pen, text, [x, y], size) {
  Object.assign(pen, { font: `700 ${size}px system-ui, sans-serif`, textAlign: "center", textBaseline: "middle", lineJoin: "round" });
  Object.assign(pen, { strokeStyle: OUTLINE, lineWidth: size / 4, fillStyle: "#fff" });
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}
