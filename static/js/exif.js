// What a camera wrote into a JPEG: the moment of the picture and where it was taken (EXIF 2.32). Read before the picture is
// drawn anew, because drawing drops it. Returns { taken: ISO 8601, place: "latitude,longitude" } with what was there.

const HEAD = 256 * 1024;
const EXIF = 0x8769, GPS = 0x8825, TAKEN = 0x9003, OFFSET = 0x9011;
const ASCII = 2, RATIONAL = 5;

export async function shot(file) {
  try {
    return read(new DataView(await file.slice(0, HEAD).arrayBuffer()));
  } catch {
    return {};
  }
}

function read(view) {
  if (view.getUint16(0) !== 0xffd8) return {};
  for (let at = 2; at < view.byteLength - 10; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === 0xffda || marker < 0xff00) return {};
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return tiff(view, at + 10);
  }
  return {};
}

function tiff(view, base) {
  const little = view.getUint16(base) === 0x4949;
  const u16 = (at) => view.getUint16(base + at, little);
  const u32 = (at) => view.getUint32(base + at, little);
  const entries = (at) => new Map(Array.from({ length: u16(at) }, (_, n) => [u16(at + 2 + 12 * n), at + 2 + 12 * n]));
  const text = (entry) => {
    const length = u32(entry + 4), from = length > 4 ? u32(entry + 8) : entry + 8;
    return String.fromCharCode(...Array.from({ length: length - 1 }, (_, n) => view.getUint8(base + from + n))).trim();
  };
  const degrees = (entry) => [0, 1, 2].reduce((sum, n) => sum + u32(u32(entry + 8) + 8 * n) / u32(u32(entry + 8) + 8 * n + 4) / 60 ** n, 0);
  const is = (entry, kind) => entry !== undefined && u16(entry + 2) === kind;
  const first = entries(u32(4)), found = {};
  if (first.has(EXIF)) {
    const exif = entries(u32(first.get(EXIF) + 8));
    if (is(exif.get(TAKEN), ASCII)) {
      const [day, time] = text(exif.get(TAKEN)).split(" ");
      const zone = is(exif.get(OFFSET), ASCII) ? text(exif.get(OFFSET)) : "+08:00";
      const moment = `${day.replaceAll(":", "-")}T${time}${zone}`;
      if (!Number.isNaN(Date.parse(moment))) found.taken = moment;
    }
  }
  if (first.has(GPS)) {
    const gps = entries(u32(first.get(GPS) + 8));
    if ([2, 4].every((tag) => is(gps.get(tag), RATIONAL))) {
      const north = degrees(gps.get(2)) * (text(gps.get(1)) === "S" ? -1 : 1);
      const east = degrees(gps.get(4)) * (text(gps.get(3)) === "W" ? -1 : 1);
      if (Number.isFinite(north) && Number.isFinite(east)) found.place = `${north.toFixed(6)},${east.toFixed(6)}`;
    }
  }
  return found;
}
