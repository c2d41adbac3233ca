// Planes as pixels.  view: {place, mode, opacity, black, white, selected}.

const NAMES = ["z", "y", "x"];
// The axis that a plane lies across, and those that go right and down.
const PLANES = [[0, 2, 1], [2, 0, 1], [1, 2, 0]].map(([across, right, down]) => ({ across, right, down }));
const CROSS = ["#5b9bff", "#4cc38a", "#ff6b5e"];
const GAP_PX = 7;
const MOST_BAR_PX = 120;

function labelsOf(volume, plane, at) {
  const { right, down, across } = plane, width = volume.shape[right], height = volume.shape[down];
  const found = new Uint32Array(width * height), step = volume.strides[right];
  for (let row = 0, pixel = 0; row < height; row++) {
    let voxel = at * volume.strides[across] + row * volume.strides[down];
    for (let column = 0; column < width; column++, pixel++, voxel += step) found[pixel] = volume.labels[voxel];
  }
  return found;
}

function greysOf(volume, plane, view) {
  const { right, down, across } = plane, width = volume.shape[right], height = volume.shape[down];
  const shade = (_, grey) => 255 * (grey - view.black) / (view.white - view.black);
  const shades = Uint8ClampedArray.from({ length: 256 }, shade);
  const image = new ImageData(width, height), pixels = image.data;
  for (let row = 0, pixel = 0; row < height; row++) {
    let voxel = view.place[across] * volume.strides[across] + row * volume.strides[down];
    for (let column = 0; column < width; column++, pixel += 4, voxel += volume.strides[right]) {
      pixels[pixel] = pixels[pixel + 1] = pixels[pixel + 2] = shades[volume.greys[voxel]];
      pixels[pixel + 3] = 255;
    }
  }
  return image;
}

function fill(image, labels, volume, opacity) {
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const one = labels[pixel] && volume.known.get(labels[pixel]);
    if (!one) continue;
    for (let channel = 0; channel < 3; channel++) {
      const at = 4 * pixel + channel;
      image.data[at] = image.data[at] * (1 - opacity) + one.rgb[channel] * opacity;
    }
  }
}

// The sides of pixels between an instance and what is not of it: instance -> path, in pixels of the plane.
function outlinesOf(labels, width, height, sx, sy) {
  const paths = new Map();
  const side = (label, x1, y1, x2, y2) => {
    if (!label) return;
    if (!paths.has(label)) paths.set(label, new Path2D());
    paths.get(label).moveTo(x1 * sx, y1 * sy);
    paths.get(label).lineTo(x2 * sx, y2 * sy);
  };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const own = labels[at], right = labels[at + 1], below = labels[at + width];
      if (x + 1 < width && own !== right) for (const one of [own, right]) side(one, x + 1, y, x + 1, y + 1);
      if (y + 1 < height && own !== below) for (const one of [own, below]) side(one, x, y + 1, x + 1, y + 1);
    }
  }
  return paths;
}

function draw(volume, plane, view) {
  const { canvas, buffer, across, right, down } = plane, width = volume.shape[right], height = volume.shape[down];
  const labels = labelsOf(volume, plane, view.place[across]), image = greysOf(volume, plane, view);
  if (view.mode === "filled") fill(image, labels, volume, view.opacity);
  buffer.width = width;
  buffer.height = height;
  buffer.getContext("2d").putImageData(image, 0, 0);
  const context = canvas.getContext("2d"), sx = canvas.width / width, sy = canvas.height / height;
  context.imageSmoothingEnabled = false;
  context.drawImage(buffer, 0, 0, canvas.width, canvas.height);
  if (view.mode !== "none") drawOutlines(context, outlinesOf(labels, width, height, sx, sy), volume, view.selected);
  drawCross(context, (view.place[right] + 0.5) * sx, (view.place[down] + 0.5) * sy, plane);
}

// Where there are several classes, outlines are of the colour of the class.
function drawOutlines(context, paths, volume, selected) {
  context.lineCap = "square";
  for (const [label, path] of paths) {
    const one = volume.known.get(label);
    if (!one) continue;
    context.strokeStyle = several(volume) ? volume.classes[one.category_id].colour : one.colour;
    context.lineWidth = 1.25 * devicePixelRatio;
    context.stroke(path);
  }
  if (paths.has(selected)) {
    context.strokeStyle = "#fff";
    context.lineWidth = 2.5 * devicePixelRatio;
    context.stroke(paths.get(selected));
  }
}

// Left open in the middle, where one looks.
function drawCross(context, x, y, { canvas, right, down }) {
  const gap = GAP_PX * devicePixelRatio;
  context.lineWidth = devicePixelRatio;
  const line = (axis, x1, y1, x2, y2) => {
    context.strokeStyle = CROSS[axis];
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  };
  line(right, x, 0, x, y - gap);
  line(right, x, y + gap, x, canvas.height);
  line(down, 0, y, x - gap, y);
  line(down, x + gap, y, canvas.width, y);
}

// A bar of 1, 2 or 5 times a power of ten, at most as long as MOST_BAR_PX.
function showScale(bar, pixelsOfNm) {
  const most = MOST_BAR_PX / pixelsOfNm, power = 10 ** Math.floor(Math.log10(most));
  const nm = power * [5, 2, 1].find(factor => factor * power <= most);
  bar.style.width = `${nm * pixelsOfNm}px`;
  bar.textContent = nm >= 1000 ? `${nm / 1000} µm` : `${Number(nm.toPrecision(1))} nm`;
}
