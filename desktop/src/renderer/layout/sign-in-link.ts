/** What was pasted, as a path that signs in and comes back to `to`; null where it holds no link of ours. */
export function signInPath(pasted: string, to: string): string | null {
  const code =
    /[?&]link=([A-Za-z0-9_.~-]+)/.exec(pasted)?.[1] ?? /^[A-Za-z0-9_.~-]{16,}$/.exec(pasted.trim())?.[0];
  return code === undefined ? null : `/login?${new URLSearchParams({ link: code, to }).toString()}`;
}
