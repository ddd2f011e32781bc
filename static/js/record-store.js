// Records that have not reached the server yet, in this phone's IndexedDB, each under its own UUID. They are encrypted with
// a key that scripts can use but not read out, belong to one member, and are dropped after 7 days.

const DAYS_KEPT = 7;

const request = (ask) => new Promise((done, fail) => {
  ask.onsuccess = () => done(ask.result);
  ask.onerror = () => fail(ask.error);
});

function open() {
  const ask = indexedDB.open("fuyue", 1);
  ask.onupgradeneeded = () => {
    ask.result.createObjectStore("records", { keyPath: "id" });
    ask.result.createObjectStore("keys");
  };
  return request(ask);
}

async function table(name, mode) {
  return (await open()).transaction(name, mode).objectStore(name);
}

// Without a secure context (plain http on a test network) there is no crypto.subtle: kept as it is.
async function key() {
  if (!crypto.subtle) return null;
  const kept = await request((await table("keys", "readonly")).get("records"));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await request((await table("keys", "readwrite")).put(made, "records"));
  return made;
}

async function seal(octets) {
  const secret = await key();
  if (!secret) return { octets };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, octets: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, secret, octets) };
}

async function unseal({ iv, octets }) {
  return iv ? crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), octets) : octets;
}

// record: { id, owner, url, title, fields: [[name, value]], photos: [{ id, kind, blob, takenAt, shot, sent }], apart, state: draft | queued | refused, savedAt }
export async function keep(record) {
  const { fields, photos, title, ...open } = record;
  const sealed = await seal(new TextEncoder().encode(JSON.stringify({ fields, title, shots: photos.map((photo) => [photo.id, photo.shot]) })));
  const pictures = [];
  for (const photo of photos) {
    pictures.push({ id: photo.id, kind: photo.kind, type: photo.blob.type, takenAt: photo.takenAt, sent: photo.sent ?? false, sealed: await seal(await photo.blob.arrayBuffer()) });
  }
  await request((await table("records", "readwrite")).put({ ...open, sealed, pictures }));
}

async function read(row) {
  const words = JSON.parse(new TextDecoder().decode(await unseal(row.sealed)));
  const { shots, ...told } = words;
  const photos = [], places = new Map(shots);
  for (const picture of row.pictures) {
    const { sealed, type, ...known } = picture;
    photos.push({ ...known, shot: places.get(known.id), blob: new Blob([await unseal(sealed)], { type: type ?? "image/jpeg" }) });
  }
  const { sealed, pictures, ...open } = row;
  return { ...open, ...told, photos };
}

export async function find(id, owner) {
  const row = await request((await table("records", "readonly")).get(id));
  return row && row.owner === owner ? read(row) : null;
}

export async function waiting(owner) {
  const rows = await request((await table("records", "readonly")).getAll());
  const old = Date.now() - DAYS_KEPT * 86400000;
  for (const row of rows.filter((row) => row.savedAt < old)) await drop(row.id);
  const own = rows.filter((row) => row.owner === owner && row.savedAt >= old);
  return Promise.all(own.sort((a, b) => a.savedAt - b.savedAt).map(read));
}

export async function drop(id) {
  await request((await table("records", "readwrite")).delete(id));
}
