// The page: everything that is moved moves all three planes.

function start(volume) {
  const view = {
    place: volume.shape.map(side => side >> 1), mode: volume.labelled ? "filled" : "none", opacity: 0.4,
    black: 0, white: 255, selected: 0, order: { key: "score", reversed: false },
  };
  let waiting = false;

  function show() {
    waiting = false;
    for (const plane of PLANES) {
      draw(volume, plane, view);
      plane.slider.value = view.place[plane.across];
      plane.told.textContent = `${volume.among(view.place[plane.across], plane.across)} of 0–${volume.voxels[plane.across] - 1}`;
    }
    const at = volume.index(view.place), share = volume.greys[at] / 255;
    const where = view.place.map((one, axis) => `${NAMES[axis]} ${volume.among(one, axis)}`).join(", ");
    by("cross").textContent = `Cross at ${where}; value ${Number((volume.low + share * (volume.high - volume.low)).toPrecision(3))}.`;
  }

  // However much is moved, once a frame is enough.
  function changed() {
    if (!waiting) requestAnimationFrame(show);
    waiting = true;
  }

  function move(axis, to) {
    view.place[axis] = Math.max(0, Math.min(volume.shape[axis] - 1, to));
    changed();
  }

  function select(one) {
    view.selected = one ? one.instance : 0;
    showFacts(by("selected"), one ? facts(volume, one) : []);
    markRow(view);
    changed();
  }

  function jump(one) {
    one.centroid.forEach((at, axis) => move(axis, volume.nearest(at, axis)));
    select(one);
  }

  function selectAtCross() {
    if (volume.labelled) select(volume.known.get(volume.labels[volume.index(view.place)]));
  }

  function listenTo(plane) {
    const { canvas, slider, across, right, down } = plane;
    const under = event => {
      const frame = canvas.getBoundingClientRect(), place = [...view.place];
      const along = (share, axis) => Math.max(0, Math.min(volume.shape[axis] - 1, Math.floor(share * volume.shape[axis])));
      place[right] = along((event.clientX - frame.left) / frame.width, right);
      place[down] = along((event.clientY - frame.top) / frame.height, down);
      return place;
    };
    const moveUnder = event => {
      const place = under(event);
      move(right, place[right]);
      move(down, place[down]);
    };
    slider.max = volume.shape[across] - 1;
    slider.addEventListener("input", () => move(across, slider.valueAsNumber));
    canvas.addEventListener("pointerdown", event => {
      moveUnder(event);
      selectAtCross();
    });
    canvas.addEventListener("pointermove", event => {
      if (event.buttons & 1) moveUnder(event);
      if (volume.labelled) showTip(event, volume.known.get(volume.labels[volume.index(under(event))]));
    });
    canvas.addEventListener("pointerleave", event => volume.labelled && showTip(event));
    canvas.addEventListener("wheel", event => {
      event.preventDefault();
      move(across, view.place[across] + Math.sign(event.deltaY));
    }, { passive: false });
    const keys = {
      ArrowLeft: [right, -1], ArrowRight: [right, 1], ArrowUp: [down, -1], ArrowDown: [down, 1],
      PageUp: [across, -1], PageDown: [across, 1],
    };
    canvas.addEventListener("keydown", event => {
      if (event.key === "Enter") return selectAtCross();
      if (!keys[event.key]) return;
      event.preventDefault();
      const [axis, step] = keys[event.key];
      move(axis, view.place[axis] + step);
    });
  }

  function showTip(event, one) {
    const tip = by("tip");
    tip.hidden = !one;
    if (!one) return;
    tip.replaceChildren(...facts(volume, one).map(([name, value]) => element("span", `${name} ${value}`)));
    tip.style.left = `${Math.min(event.clientX + 16, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
  }

  // One scale for all planes, so that what is next to each other is equally large.
  function layOut() {
    const box = by("planes"), style = getComputedStyle(box), stacked = style.flexDirection === "column";
    const length = axis => volume.shape[axis] * volume.sides[axis];
    const widths = PLANES.map(plane => length(plane.right)), heights = PLANES.map(plane => length(plane.down));
    const sum = widths.reduce((one, other) => one + other);
    const across = stacked ? box.clientWidth / Math.max(...widths) : (box.clientWidth - 2 * parseFloat(style.columnGap)) / sum;
    const scale = Math.min(across, Math.max(240, innerHeight * 0.55) / Math.max(...heights));
    for (const { canvas, right, down } of PLANES) {
      canvas.style.width = `${length(right) * scale}px`;
      canvas.style.height = `${length(down) * scale}px`;
      canvas.width = Math.max(1, Math.round(length(right) * scale * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(length(down) * scale * devicePixelRatio));
    }
    if (volume.size) showScale(by("scale"), scale * 10 / volume.step);
    changed();
  }

  function listenToControls() {
    by("black").addEventListener("input", () => {
      view.black = by("black").valueAsNumber;
      view.white = by("white").valueAsNumber = Math.max(view.white, view.black + 1);
      changed();
    });
    by("white").addEventListener("input", () => {
      view.white = by("white").valueAsNumber;
      view.black = by("black").valueAsNumber = Math.min(view.black, view.white - 1);
      changed();
    });
    if (!volume.labelled) return;
    by("opacity").addEventListener("input", () => {
      view.opacity = by("opacity").valueAsNumber / 100;
      changed();
    });
    for (const choice of document.querySelectorAll("[name=mode]")) {
      choice.addEventListener("change", () => {
        view.mode = choice.value;
        by("opacity").disabled = choice.value !== "filled";
        changed();
      });
    }
    for (const head of document.querySelectorAll("[data-key]")) {
      head.addEventListener("click", () => {
        const { key, reversed } = view.order;
        view.order = { key: head.dataset.key, reversed: head.dataset.key === key && !reversed };
        showList(volume, view, jump);
      });
    }
    for (const head of document.querySelectorAll("th.volume")) head.hidden = !volume.size;
    showList(volume, view, jump);
  }

  by("viewer").hidden = false;
  by("scale").hidden = !volume.size;
  by("state").hidden = true;
  for (const plane of PLANES) {
    const axis = NAMES[plane.across];
    Object.assign(plane, { canvas: by(`plane-${axis}`), slider: by(`slider-${axis}`), told: by(`at-${axis}`) });
    plane.buffer = document.createElement("canvas");
    listenTo(plane);
  }
  listenToControls();
  addEventListener("resize", layOut);
  layOut();
  show();
  if (volume.instances.length) jump(sorted(volume, "score", false)[0]);
}

by("state").textContent = "Unpacking the volume …";
readVolume().then(start).catch(fault => {
  by("state").textContent = `The volume cannot be shown: ${fault.message}.`;
});
