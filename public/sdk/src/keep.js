// --- Leads that nobody has taken yet: encrypted in this browser for 24 hours, sent again under the same lead_id

const promised = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = reject;
  });

// Calls `use` with the store of that name, and returns what the request that it makes brings, once that is on disk.
async function withStore(name, use) {
  const opening = indexedDB.open('backnova', 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('leads', { keyPath: 'id' });
    opening.result.createObjectStore('keys');
  };
  const database = await promised(opening);
  try {
    const transaction = database.transaction(name, 'readwrite');
    const request = use(transaction.objectStore(name));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    });
    return request?.result;
  } finally {
    database.close();
  }
}

// The browser makes it and lets nobody read it, us included.
async function vaultKey() {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  let key;
  await withStore('keys', (store) => {
    store.get(1).onsuccess = ({ target }) => {
      key = target.result || made;
      if (key === made) store.put(made, 1);
    };
  });
  return key;
}

// False where the browser cannot keep it safely, or takes too long: the visitor waits.
const keep = (lead) => Promise.race([write(lead), new Promise((done) => setTimeout(done, 2000, false))]);

async function write({ url, key, body }) {
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = encoder.encode(JSON.stringify({ url, key, body }));
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await vaultKey(), text);
    const until = now() + 864e5;
    await withStore('leads', (store) => store.put({ id: body.lead_id, iv, data, tries: 0, due: now() + 5000, until }));
    save('localStorage', 'backnova_waiting', until);
    wake(5000);
    return true;
  } catch {
    return false;
  }
}

// Where it cannot be kept, it is tried for as long as the page is open.
async function keepTrying(lead, wait = 5000) {
  if (await keep(lead)) return true;
  setTimeout(async () => {
    if (!(await isSettled(lead)) && wait < 36e5) keepTrying(lead, wait * 4);
  }, wait);
  return false;
}

async function isSettled(lead) {
  const answer = await send(lead);
  if (!answer || isUndelivered(answer) || (!answer.route && answer.decision !== 'reject')) return false;
  tell(document, 'delivered', lead, answer);
  return true;
}

let alarm;
function wake(wait) {
  clearTimeout(alarm);
  alarm = setTimeout(retry, wait);
}

// 5 s, 20 s, 80 s, ... an hour. A lead's next turn is written down before it is sent: another tab leaves it alone.
async function retry() {
  const due = [];
  let next = Infinity;
  try {
    await withStore('leads', (store) => {
      store.getAll().onsuccess = ({ target }) => {
        for (const entry of target.result) {
          if (entry.until <= now()) {
            store.delete(entry.id);
            continue;
          }
          if (entry.due <= now()) {
            entry.due = now() + Math.min(5000 * 4 ** ++entry.tries, 36e5);
            store.put(entry);
            due.push(entry);
          }
          next = Math.min(next, entry.due);
        }
      };
    });
    if (next < Infinity) wake(Math.max(next - now(), 1000));
    else if (load('localStorage', 'backnova_waiting') <= now()) save('localStorage', 'backnova_waiting');
    const key = due.length && (await vaultKey());
    for (const { id, iv, data } of due) {
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data);
      const lead = JSON.parse(new TextDecoder().decode(text));
      if (await isSettled(lead)) await withStore('leads', (store) => store.delete(id));
    }
  } catch {} // the next page tries again
}

function resume() {
  const again = () => load('localStorage', 'backnova_waiting') && retry();
  addEventListener('online', again);
  again();
}
