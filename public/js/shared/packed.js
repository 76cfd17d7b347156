// packed returns pairs of names and values as the body of a request. It does not escape
// letters, because an escaped Arabic text is three times as long.
const packed = (pairs) => [...pairs].map((pair) => pair.map(
  (part) => String(part).replace(/[%&+;=#]/g, encodeURIComponent).replaceAll(" ", "+"),
).join("=")).join("&");

// packedForm is the content type of such a body.
const packedForm = "application/x-www-form-urlencoded;charset=UTF-8";
