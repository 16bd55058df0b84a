const secrets: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '$1 …'],
  // key=value and "key": "value"; a value ends at the next space, quote, comma, ampersand or bracket.
  [
    /((?:link|token|password|passwd|secret|credential|api[-_]?key|authorization|cookie)["']?\s*[=:]\s*["']?)[^\s"',&})]+/gi,
    '$1…',
  ],
  // user:password@host in an address, such as an AMQP broker's.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, '$1…@'],
  [/-----BEGIN [A-Z ]+-----.*/g, '…'],
];

/** Takes whatever looks like a secret out of a line that people will read. */
export function redact(line: string): string {
  return secrets.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}
