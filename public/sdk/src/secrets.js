// --- What stays in the browser, though a form has it

// What the page calls a field.
const signs = (field) => [field.type, field.autocomplete, field.name, field.id];

// Also while it is shown: then its type is text.
const isPassword = (field) => /passw|pwd/i.test(signs(field));

// Passwords, cards, codes and other numbers that are nobody's business, by the page's own words or by their look.
const isSecret = (field) =>
  isPassword(field) || /\bcc-(?!em)|one-time|,cc.?n|card.?n|cvv|cvc|,csc|iban|,ssn/i.test(signs(field));
const isCard = (value) => /^[2-6]([ -]?\d){12,18}$/.test(value);

// What looks like contact data is no click id. A "+" that nobody encoded comes as a space.
const isClickId = (text) =>
  text && bytes(text) <= 256 && !/\p{C}|(@|%40).*\.|^\s*[+\s]\d/u.test(text);

// What came with an address, to know it again in a hidden field: 32 bits of it, salted by the visit. A short value is
// nothing special, unless its name is the same.
const mark = (visit, name, value) =>
  [...(value.length > 3 ? value : name + '=' + value)].reduce(
    (sum, letter) => Math.imul(sum ^ letter.codePointAt(), 16777619), visit.since);

// What came with an address of this visit, or is an address with its query.
const isFromAddress = (visit, name, value) => /\?.*=/.test(value) || visit.marks.includes(mark(visit, name, value));
