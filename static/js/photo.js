// Photos are made smaller on the phone: at most 2048 px on the longer side and about 1.5 MB of JPEG. Drawing anew also
// drops the camera's own data; the time and place in it are read first (exif.js) and kept beside the photo as evidence.

const LONGEST_SIDE = 2048;
const MOST_OCTETS = 1.5 * 1024 * 1024;

export async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let blob;
  for (const quality of [0.86, 0.75, 0.62, 0.5]) {
    blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob.size <= MOST_OCTETS) break;
  }
  return blob;
}
