"use strict";
// What the page holds.  Axes are z, y, x everywhere, in voxels as they are shown.

const by = id => document.getElementById(id);

async function unpacked(id) {
  const packed = Uint8Array.from(atob(by(id).textContent), letter => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function readVolume() {
  const told = JSON.parse(new TextDecoder().decode(await unpacked("told")));
  const [depth, height, width] = told.shape;
  const volume = {
    ...told,
    strides: [height * width, width, 1],
    // Of one voxel in relation to the others.
    sides: told.size || [1, 1, 1],
    greys: new Uint8Array(await unpacked("greys")),
    labels: told.labelled ? new Uint32Array(await unpacked("labels")) : new Uint32Array(depth * height * width),
    known: new Map(told.instances.map(one => [one.instance, { ...one, rgb: rgb(one.colour) }])),
  };
  volume.index = ([z, y, x]) => (z * height + y) * width + x;
  // Where a voxel as it is shown lies among all voxels, and the other way round.
  volume.among = (at, axis) => Math.min(at * told.step + (told.step >> 1), told.voxels[axis] - 1);
  volume.nearest = (at, axis) => Math.min(Math.floor(Math.round(at) / told.step), told.shape[axis] - 1);
  return volume;
}

function rgb(colour) {
  return [1, 3, 5].map(start => parseInt(colour.slice(start, start + 2), 16));
}

function several(volume) {
  return Object.keys(volume.classes).length > 1;
}
