// --- Leads that nobody has taken yet: encrypted in this browser for 24 hours, sent again under the same lead_id

// Calls `use` with the store of that name, and returns once what it does there is on disk.
async function withStore(name, use) {
  const opening = indexedDB.open('backnova', 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('leads', { keyPath: 'id' });
    opening.result.createObjectStore('keys');
  };
  await new Promise((resolve, reject) => {
    opening.onerror = reject;
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(name, 'readwrite');
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
      use(transaction.objectStore(name));
    };
  }).finally(() => opening.result.close());
}

// The browser makes it and lets nobody read it, us included.
async function vaultKey() {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  let key;
  await withStore('keys', (store) => {
    store.get(1).onsuccess = ({ target }) => {
      key = target.result || made;
      store.put(key, 1);
    };
  });
  return key;
}

const inTime = (work) => Promise.race([work.catch(() => {}), pause(2000)]);

// Not true where the browser cannot keep it safely, or takes too long: the visitor waits. Only the latest attempt
// may write.
async function keep(lead, wait = 5000) {
  const turn = (lead.turn = {});
  if (await inTime(write(lead, wait, turn))) return true;
  if (lead.turn === turn) await drop(lead);
}

async function write(lead, wait, turn) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = encoder.encode(JSON.stringify(lead));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await vaultKey(), text);
  const until = now() + 864e5;
  const entry = { id: lead.body.lead_id, iv, data, tries: 0, due: now() + wait, until };
  let isKept;
  await withStore('leads', (store) => (isKept = lead.turn === turn && store.put(entry)));
  if (isKept) {
    save('local', 'waiting', until);
    wake(wait);
  }
  return isKept;
}

// Out of the vault again, or never into it where it is still on its way. An earlier page's form may have put it there.
async function drop(lead) {
  if (!lead.turn && !load('local', 'waiting')) return;
  lead.turn = 0;
  await inTime(withStore('leads', (store) => store.delete(lead.body.lead_id)));
}

// Where it cannot be kept, it is tried for as long as the page is open.
async function keepTrying(lead, wait = 5000) {
  if (await keep(lead)) return true;
  setTimeout(async () => (await isSettled(lead)) || wait > 36e5 || keepTrying(lead, wait * 4), wait);
  return false;
}

async function isSettled(lead) {
  const answer = await send(lead);
  if (isTaken(answer)) {
    tell(document, lead, answer, 'delivered');
    await drop(lead);
    return true;
  }
}

let alarm;
function wake(wait) {
  clearTimeout(alarm);
  alarm = setTimeout(retry, wait);
}

// 5 s, 20 s, 80 s, ... an hour. A lead's next turn is written down before it is sent: another tab leaves it alone.
async function retry() {
  if (!load('local', 'waiting')) return;
  const due = [];
  let next = Infinity;
  try {
    await withStore('leads', (store) => {
      store.getAll().onsuccess = ({ target }) => {
        for (const entry of target.result) {
          // No later than the clock allows, which may have been put back.
          entry.until = Math.min(entry.until, now() + 864e5);
          if (entry.until <= now()) {
            store.delete(entry.id);
            continue;
          }
          if (entry.due <= now() || entry.due > now() + 36e5) {
            entry.due = now() + Math.min(5000 * 4 ** ++entry.tries, 36e5);
            store.put(entry);
            due.push(entry);
          }
          next = Math.min(next, entry.due);
        }
      };
    });
    if (next < Infinity) wake(Math.max(next - now(), 1000));
    else if (load('local', 'waiting') <= now()) save('local', 'waiting');
    for (const { iv, data } of due) {
      try {
        const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await vaultKey(), data);
        await isSettled(JSON.parse(new TextDecoder().decode(text)));
      } catch {} // what cannot be read goes with its time
    }
  } catch {} // the next page tries again
}
