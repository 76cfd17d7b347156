// Comfort only: a site that runs WordPress shows the frame, and gives it its height, when
// the page in it tells the height with the secret from the frame's address.
const secret = /secret=(\w+)/.exec(location.hash)?.[1];
const tell = () => parent.postMessage({ message: "height", value: Math.ceil(document.querySelector("main").scrollHeight), secret }, "*");
if (secret && parent !== self) {
  addEventListener("load", tell);
  addEventListener("resize", tell);
}
