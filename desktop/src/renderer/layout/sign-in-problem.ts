/** By the code the hub sends the browser back with: words come from here, never from the address. */
const sentences: Readonly<Record<string, string>> = {
  'provider-unreachable':
    'The server that would sign you in cannot be asked right now. Try again later; accounts of this hub itself still get in.',
  'token-invalid': 'That sign-in took too long or was not begun in this browser. Begin it again.',
  'sign-in-failed':
    'You were not signed in, or your account here is disabled. Try again, or ask an admin of this hub.',
  forbidden:
    'You may not come in: your e-mail address is not checked there, or no group of yours may use this hub. Ask an admin of this hub.',
  'too-many-requests': 'Too many people signed in from there just now. Try again in a minute.',
  conflict:
    'Your e-mail address has an account of another kind here, or you are the only admin and would be none. Ask an admin of this hub.',
};

/** What to say to somebody who came back from another server without success; null where nobody did. */
export function signInProblem(search: string): string | null {
  const code = new URLSearchParams(search).get('sign-in-problem');
  if (code === null) return null;
  return Object.hasOwn(sentences, code) ? (sentences[code] ?? null) : 'Signing in failed. Try again.';
}
