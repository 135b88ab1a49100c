// --- Hashes: the lead's own id, and data-mode="hash". The normal forms are the server's (Privacy/Normaliser.swift):
// what was sent as a hash is recognised when it comes again as text.

const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text).length;
const hex = (octets) => octets.reduce((text, octet) => text + octet.toString(16).padStart(2, '0'), '');

const sha256 = async (text) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))));

// One lead is one person's form: sent again within 30 minutes in this tab, with the same e-mail address or phone, it
// has the same id, so that a form which the page's server sent back is no duplicate. Only salted hashes are kept.
async function leadId(source, data) {
  let last = load('session', 'lead');
  const values = [data.email, data.phone].filter(Boolean);
  const marks = (id) =>
    Promise.all(values.map((value) => sha256(id + source + value.toLowerCase().replace(/\s/g, ''))));
  try {
    const again = last?.until > now() ? await marks(last.id) : [];
    if (again.some((mark) => last.marks.includes(mark))) last.marks.push(...again);
    else {
      const id = randomId();
      last = { id, marks: await marks(id), until: now() + 18e5 };
    }
    save('session', 'lead', last);
    return last.id;
  } catch {
    return randomId(); // no SubtleCrypto: the page came without TLS
  }
}

const randomId = () => hex(crypto.getRandomValues(new Uint8Array(16)));

const withoutEdges = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');

function emailDomain(text) {
  if (/[^a-z0-9.\-\u0080-\u{10ffff}]/u.test(text)) return; // what a URL would read as something else
  try {
    const domain = new URL('http://' + text).hostname;
    const isLabel = (label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label);
    const labels = domain.split('.');
    if (domain.length > 253 || !labels[1] || !labels.every(isLabel) || !/\D/.test(labels.pop())) return;
    return domain === 'googlemail.com' ? 'gmail.com' : domain;
  } catch {} // no such domain
}

// [address, domain] in the normal form; nothing where no such address can exist.
function normalEmail(text) {
  const [, name, end] = /^(.+)@([^@]+)$/su.exec(withoutEdges(text).toLowerCase()) || [];
  const domain = end && emailDomain(end);
  if (!domain || /[\p{White_Space}\p{Cc}]/u.test(name)) return;
  if (/[()<>[\],;:\\"@]/.test(name) && !/^".+"$/.test(name)) return;
  const local = domain === 'gmail.com' ? name.replace(/\+.*|\./g, '') : name;
  const address = local + '@' + domain;
  if (local && bytes(name) <= 64 && bytes(address) <= 254) return [address, domain];
}

// Country codes behind which a 0 (or 1, or 8) is no part of the number, or may be none.
const national = new RegExp(
  '^(?!225|242)([17]|2[07]|3[0-46]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|' +
    '2[1-689]\\d|3[578]\\d|42\\d|5[09]\\d|6[7-9]\\d|8[03578]\\d|9[679]\\d)0|^11|^521|^78\\d{10}');

// E.164 digits of a number with + or 00. Nothing where only the numbering plan could tell: better no hash than one that
// nobody else makes.
function normalPhone(text) {
  const plain = withoutEdges(text.normalize('NFKC')).replace(/[\s().\/‐-―−-]/g, '');
  const [, digits] = /^(?:\+|00)([1-9]\d{6,14})$/.exec(plain) || [];
  if (digits && !/\(0\)/.test(text) && !national.test(digits)) return digits;
}

const normalName = (text) => withoutEdges(text.toLowerCase()).replace(/\p{White_Space}+/gu, ' ').normalize('NFC');

async function hashed(data) {
  const [email, email_domain] = (data.email && normalEmail(data.email)) || [];
  const texts = {
    email_sha256: email,
    phone_sha256: data.phone && normalPhone(data.phone),
    name_sha256: normalName(data.name || [data.first_name, data.last_name].join(' ')),
  };
  // A field that people leave empty: that it was filled is no contact data.
  const result = { email_domain, bn_hp: (data.bn_hp || data.honeypot || data._honeypot) && '1' };
  try {
    for (const name in texts) if (texts[name]) result[name] = await sha256(texts[name]);
  } catch {} // no SubtleCrypto: nothing of the contact is sent
  return result;
}
