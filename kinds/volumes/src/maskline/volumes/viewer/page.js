// The page: everything that is moved moves all three planes.

class Page {
  constructor(volume) {
    this.volume = volume;
    this.waiting = false;
    this.view = {
      place: volume.shape.map(side => side >> 1), mode: volume.labelled ? "filled" : "none", opacity: 0.4,
      black: 0, white: 255, selected: 0, order: { key: "score", reversed: false },
    };
  }

  start() {
    by("state").hidden = true;
    by("viewer").hidden = false;
    by("scale").hidden = !this.volume.size;
    for (const plane of PLANES) this.listenTo(plane);
    this.listenToContrast();
    if (this.volume.labelled) {
      this.listenToInstances();
      this.listenToHeads();
      this.showList();
    }
    addEventListener("resize", () => this.layOut());
    this.layOut();
    if (this.volume.instances.length) this.jump(sorted(this.volume, "score", false)[0]);
  }

  show() {
    const { volume, view } = this;
    this.waiting = false;
    for (const plane of PLANES) {
      const { across, slider, told } = plane;
      draw(volume, plane, view);
      slider.value = view.place[across];
      told.textContent = `${volume.among(view.place[across], across)} of 0–${volume.voxels[across] - 1}`;
    }
    const value = volume.low + volume.greys[volume.index(view.place)] / 255 * (volume.high - volume.low);
    const where = view.place.map((one, axis) => `${NAMES[axis]} ${volume.among(one, axis)}`).join(", ");
    by("cross").textContent = `Cross at ${where}; value ${Number(value.toPrecision(3))}.`;
  }

  // However much is moved, once a frame is enough.
  changed() {
    if (!this.waiting) requestAnimationFrame(() => this.show());
    this.waiting = true;
  }

  move(axis, to) {
    this.view.place[axis] = Math.max(0, Math.min(this.volume.shape[axis] - 1, to));
    this.changed();
  }

  select(one) {
    this.view.selected = one ? one.instance : 0;
    showFacts(by("selected"), one ? facts(this.volume, one) : []);
    markRow(this.view);
    this.changed();
  }

  jump(one) {
    one.centroid.forEach((at, axis) => this.move(axis, this.volume.nearest(at, axis)));
    this.select(one);
  }

  // The instance at a place; undefined where there is none.
  at(place) {
    return this.volume.known.get(this.volume.labels[this.volume.index(place)]);
  }

  selectAtCross() {
    if (this.volume.labelled) this.select(this.at(this.view.place));
  }

  showList() {
    showList(this.volume, this.view, one => this.jump(one));
  }

  listenTo(plane) {
    const axis = NAMES[plane.across], buffer = document.createElement("canvas");
    Object.assign(plane, { buffer, canvas: by(`plane-${axis}`), slider: by(`slider-${axis}`), told: by(`at-${axis}`) });
    plane.slider.max = this.volume.shape[plane.across] - 1;
    plane.slider.addEventListener("input", () => this.move(plane.across, plane.slider.valueAsNumber));
    this.listenToPointer(plane);
    this.listenToKeys(plane);
  }

  listenToPointer(plane) {
    const { canvas, across, right, down } = plane;
    const moveTo = place => [right, down].forEach(axis => this.move(axis, place[axis]));
    canvas.addEventListener("pointerdown", event => {
      moveTo(this.under(plane, event));
      this.selectAtCross();
    });
    canvas.addEventListener("pointermove", event => {
      const place = this.under(plane, event);
      if (event.buttons & 1) moveTo(place);
      if (this.volume.labelled) showTip(this.volume, event, this.at(place));
    });
    canvas.addEventListener("pointerleave", event => this.volume.labelled && showTip(this.volume, event));
    canvas.addEventListener("wheel", event => {
      event.preventDefault();
      this.move(across, this.view.place[across] + Math.sign(event.deltaY));
    }, { passive: false });
  }

  // The place under the pointer.
  under({ canvas, right, down }, event) {
    const frame = canvas.getBoundingClientRect(), place = [...this.view.place], { shape } = this.volume;
    const along = (share, axis) => Math.max(0, Math.min(shape[axis] - 1, Math.floor(share * shape[axis])));
    place[right] = along((event.clientX - frame.left) / frame.width, right);
    place[down] = along((event.clientY - frame.top) / frame.height, down);
    return place;
  }

  listenToKeys({ canvas, across, right, down }) {
    const keys = {
      ArrowLeft: [right, -1], ArrowRight: [right, 1], ArrowUp: [down, -1], ArrowDown: [down, 1],
      PageUp: [across, -1], PageDown: [across, 1],
    };
    canvas.addEventListener("keydown", event => {
      if (event.key === "Enter") this.selectAtCross();
      if (!keys[event.key]) return;
      event.preventDefault();
      const [axis, step] = keys[event.key];
      this.move(axis, this.view.place[axis] + step);
    });
  }

  listenToContrast() {
    const { view } = this, black = by("black"), white = by("white");
    black.addEventListener("input", () => {
      view.black = black.valueAsNumber;
      view.white = white.valueAsNumber = Math.max(view.white, view.black + 1);
      this.changed();
    });
    white.addEventListener("input", () => {
      view.white = white.valueAsNumber;
      view.black = black.valueAsNumber = Math.min(view.black, view.white - 1);
      this.changed();
    });
  }

  listenToInstances() {
    by("opacity").addEventListener("input", () => {
      this.view.opacity = by("opacity").valueAsNumber / 100;
      this.changed();
    });
    for (const choice of document.querySelectorAll("[name=mode]")) {
      choice.addEventListener("change", () => {
        this.view.mode = choice.value;
        by("opacity").disabled = choice.value !== "filled";
        this.changed();
      });
    }
  }

  listenToHeads() {
    document.querySelector("th.volume").hidden = !this.volume.size;
    for (const head of document.querySelectorAll("[data-key]")) {
      head.addEventListener("click", () => {
        const { key, reversed } = this.view.order, own = head.dataset.key;
        this.view.order = { key: own, reversed: own === key && !reversed };
        this.showList();
      });
    }
  }

  // One scale for all planes, so that what is next to each other is equally large.
  layOut() {
    const box = by("planes"), style = getComputedStyle(box), length = axis => this.volume.shape[axis] * sides[axis];
    const sides = this.volume.sides, widths = PLANES.map(plane => length(plane.right));
    const free = box.clientWidth - 2 * parseFloat(style.columnGap), sum = widths.reduce((one, other) => one + other);
    const fitting = style.flexDirection === "column" ? box.clientWidth / Math.max(...widths) : free / sum;
    const tallest = Math.max(...PLANES.map(plane => length(plane.down)));
    const scale = Math.min(fitting, Math.max(240, innerHeight * 0.55) / tallest);
    for (const { canvas, right, down } of PLANES) {
      const width = length(right) * scale, height = length(down) * scale;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
    }
    if (this.volume.size) showScale(by("scale"), scale * 10 / this.volume.step);
    this.changed();
  }
}

by("state").textContent = "Unpacking the volume …";
readVolume().then(volume => new Page(volume).start()).catch(fault => {
  by("state").hidden = false;
  by("state").textContent = `The volume cannot be shown: ${fault.message}.`;
});
