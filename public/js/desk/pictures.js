// Pictures: files are sent one by one, each with its progress and its own answer; the
// focal point is set on the picture.

// sentAtOnce is how many files are sent at the same time.
const sentAtOnce = 3;

// imagesOf returns the pictures of a drop or a paste.
const imagesOf = (data) => [...data?.files ?? []].filter(({ type }) => type.startsWith("image/"));

// sendFile sends a file and resolves to the status and the answer. It uses XMLHttpRequest,
// because fetch does not report the progress.
const sendFile = (file, fields, progress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest(), form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name || "picture");
  request.open("POST", "/desk/media");
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => progress(total ? Math.floor(100 * loaded / total) : 0);
  request.onload = () => resolve({ status: request.status, data: request.response ?? {} });
  request.onerror = () => reject(new Error("not sent"));
  request.send(form);
});

// UploadQueue sends files and lists them in an element. words are the texts of the page, and
// fields are sent with each file. taken is called for each picture that the library stored or
// already had.
class UploadQueue {
  constructor(list, words, { fields = () => ({}), taken = () => {}, ended = () => {} }) {
    Object.assign(this, { list, words, fields, taken, ended, waiting: [], sending: 0, failed: 0, pictures: [] });
  }

  add(files) {
    for (const file of files) {
      const row = document.createElement("li"), name = document.createElement("bdi");
      name.textContent = file.name;
      const said = document.createElement("span");
      row.append(name, said);
      this.list.append(row);
      this.wait({ file, row, said });
    }
    this.list.hidden = this.list.children.length === 0;
    this.next();
  }

  wait(one) {
    one.said.className = "";
    one.said.textContent = this.words.waiting;
    this.waiting.push(one);
  }

  next() {
    while (this.sending < sentAtOnce && this.waiting.length > 0) this.send(this.waiting.shift());
    if (this.sending === 0 && this.waiting.length === 0) this.ended(this);
  }

  async send(one) {
    this.sending++;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", one.file.name);
    one.row.append(bar);
    try {
      await this.attempt(one, bar);
    } catch {
      this.fail(one, this.words.failed, true);
    }
    bar.remove();
    this.sending--;
    this.next();
  }

  async attempt(one, bar) {
    const { status, data } = await sendFile(one.file, this.fields(), (percent) => {
      bar.value = percent;
      const text = percent < 100 ? this.words.sending.replace("{percent}", percent) : this.words.checking;
      if (one.said.textContent !== text) one.said.textContent = text;
    });
    const [picture] = data.pictures ?? [];
    if (status === 401) {
      one.said.textContent = this.words.signedOut;
      if (await signInHere()) return this.attempt(one, bar);
      return this.fail(one, this.words.signedOut, true);
    }
    if (status !== 200 || !picture) return this.fail(one, data.message || this.words.failed, status >= 500 || status === 429);
    const link = document.createElement("a");
    link.href = picture.url;
    link.append(one.row.querySelector("bdi"));
    one.said.textContent = data.known ? this.words.known : this.words.taken;
    one.row.prepend(link);
    this.pictures.push(picture);
    this.taken(picture);
  }

  // fail shows why a file was refused. again adds a button to send the file again.
  fail(one, message, again) {
    this.failed++;
    one.said.className = "field-error";
    one.said.textContent = message;
    if (!again) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.words.again;
    button.onclick = () => {
      button.remove();
      this.failed--;
      this.wait(one);
      this.next();
    };
    one.row.append(button);
  }
}

// The page of the library sends chosen, dropped and pasted files immediately.
const libraryForm = document.querySelector(".media-form");
if (libraryForm) {
  const files = libraryForm.elements.file, list = libraryForm.querySelector(".media-queue");
  const queue = new UploadQueue(list, libraryForm.dataset, {
    fields: () => {
      const fields = Object.fromEntries([...new FormData(libraryForm)].filter(([, value]) => typeof value === "string"));
      if (queue.many) delete fields.alt; // it describes one picture
      return fields;
    },
    ended: ({ failed, pictures }) => {
      if (failed > 0 || pictures.length === 0) return;
      const story = libraryForm.elements.for ? `for=${libraryForm.elements.for.value}&` : "";
      location.assign(`${pictures.length === 1 && !queue.many ? pictures[0].url : "/desk/media"}?${story}done=uploaded`);
    },
  });
  const take = (chosen) => {
    if (chosen.length === 0) return;
    queue.many ||= chosen.length > 1;
    libraryForm.closest("details").open = true;
    queue.add(chosen);
  };
  libraryForm.querySelector(".media-drop-help").hidden = false;
  libraryForm.querySelector(".form-submit").hidden = true;
  files.addEventListener("change", () => {
    take([...files.files]);
    files.value = "";
  });
  libraryForm.addEventListener("submit", (event) => event.preventDefault());
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("media-over", event.type === "dragover");
    if (event.type === "drop") take([...event.dataTransfer.files]);
  };
  for (const type of ["dragover", "dragleave", "drop"]) addEventListener(type, over);
  addEventListener("paste", (event) => take(imagesOf(event.clipboardData)));
}

// aim adds the handle of the focal point to a picture. A click, a drag and the arrow keys set
// both fields; the handle follows the fields.
const aim = (whole, across, down, label) => {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "media-point";
  const clamp = (n) => Math.min(100, Math.max(0, Math.round(n)));
  const show = () => {
    handle.style.left = `${across.value || 50}%`;
    handle.style.top = `${down.value || 50}%`;
    handle.setAttribute("aria-label", `${label}: ${across.value} %, ${down.value} %`);
  };
  const set = (x, y) => {
    across.value = clamp(x);
    down.value = clamp(y);
    show();
    across.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const follow = (event) => {
    const box = whole.getBoundingClientRect();
    set(100 * (event.clientX - box.left) / box.width, 100 * (event.clientY - box.top) / box.height);
  };
  whole.append(handle);
  whole.classList.add("media-aims");
  whole.onclick = (event) => {
    if (event.detail > 0) follow(event); // a click by key has no position
  };
  handle.onpointerdown = (event) => handle.setPointerCapture(event.pointerId);
  handle.onpointermove = (event) => handle.hasPointerCapture(event.pointerId) && follow(event);
  handle.onkeydown = (event) => {
    const step = event.shiftKey ? 10 : 2;
    const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [];
    if (x === undefined) return;
    event.preventDefault();
    set(Number(across.value || 50) + x, Number(down.value || 50) + y);
  };
  across.addEventListener("input", show);
  down.addEventListener("input", show);
  show();
};

// The page of a picture: the focal point, and how it is cut in lists.
const pictureForm = document.getElementById("picture-form");
if (pictureForm && !pictureForm.querySelector("fieldset").disabled) {
  const whole = document.querySelector(".media-whole"), { focus_x: across, focus_y: down } = pictureForm.elements;
  aim(whole, across, down, whole.dataset.focus);
  document.querySelector(".media-aim-help").hidden = false;
  const crops = document.createElement("p");
  crops.className = "media-crops";
  crops.setAttribute("aria-hidden", "true");
  for (const name of ["lead", "wide", "square"]) {
    const shown = document.createElement("img");
    shown.src = whole.querySelector("img").src;
    shown.alt = "";
    shown.className = name;
    crops.append(shown);
  }
  const cut = () => {
    for (const shown of crops.children) shown.style.objectPosition = `${across.value || 50}% ${down.value || 50}%`;
  };
  whole.after(crops);
  across.addEventListener("input", cut);
  down.addEventListener("input", cut);
  cut();
}
for (const code of document.querySelectorAll(".media-code textarea")) code.addEventListener("focus", () => code.select());
