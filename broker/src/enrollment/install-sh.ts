import type { ScriptFacts } from './script-facts.js';

/** A script that says why, and fails: what `curl ... | sh` runs where the hub says no. */
export function refusalSh(sentence: string): string {
  return `printf '%s\\n' ${quoted(`meshdeck: ${sentence}`)} >&2\nexit 1\n`;
}

/** One word for a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The installer for Linux and macOS, POSIX sh. Everything is fetched with the hub's key pinned and checked by hash; a
 * line cut off halfway does nothing, since \`main\` is called last.
 */
export function installSh(facts: ScriptFacts): string {
  return `#!/bin/sh
# Makes this machine part of a Meshdeck mesh: fetches the agent from its hub, checks it, installs it as a service, joins.
# MESHDECK_PREFIX (programs) and MESHDECK_NODE_DATA (identity, files) change where it lies.
set -eu
hub=${quoted(facts.hubName)}
base_url=${quoted(facts.baseUrl)}
pin=${quoted(facts.pin)}
version=${quoted(facts.version)}
agent_sha256=${quoted(facts.agentSha256)}
token=${quoted(facts.token)}

say() { printf 'meshdeck: %s\\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
# The address holds the secret: on a command line everybody on this machine could read it.
fetch() { printf 'url = "%s"\\n' "$base_url/$1" | curl -sSfk --pinnedpubkey "$pin" -o "$2" -K -; }

check() {
  sum=$("$node" -e 'process.stdout.write(require("crypto").createHash("sha256").update(require("fs").readFileSync(process.argv[1])).digest("hex"))' "$1")
  [ "$sum" = "$2" ] || fail "What arrived is not what the hub has (SHA-256 $sum in place of $2). Nothing was installed; try again."
}

find_node() {
  for candidate in "\${MESHDECK_NODE:-}" "$(command -v node || :)" /usr/local/bin/node /opt/homebrew/bin/node /usr/bin/node; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

main() {
  command -v curl >/dev/null || fail 'curl is needed and was not found.'
  command -v tar >/dev/null || fail 'tar is needed and was not found.'
  need='Node.js 20.19 or newer is needed'
  how='Install it from your system or from https://nodejs.org (any medium will do where there is no internet), then paste the line again.'
  node=$(find_node) || fail "$need and was not found. $how"
  "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "$need; $node is $("$node" --version). $how"
  # The service has to find it after a reboot, whatever a version manager calls it then.
  node=$("$node" -p process.execPath)

  if [ "$(id -u)" = 0 ]; then
    prefix=\${MESHDECK_PREFIX:-/opt/meshdeck-node}
    data=\${MESHDECK_NODE_DATA:-/var/lib/meshdeck-node}
  else
    prefix=\${MESHDECK_PREFIX:-\${XDG_DATA_HOME:-$HOME/.local/share}/meshdeck-node}
    data=\${MESHDECK_NODE_DATA:-$HOME/.meshdeck/node}
  fi

  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  say "fetching the agent $version from $hub"
  fetch agent.tar.gz "$tmp/agent.tar.gz" || fail 'The hub did not hand out the agent. Is the join token still good?'
  check "$tmp/agent.tar.gz" "$agent_sha256"

  release="$prefix/$version-$(printf %.12s "$agent_sha256")"
  mkdir -p "$release.new"
  tar -xzf "$tmp/agent.tar.gz" -C "$release.new"
  platform=$("$node" -p 'process.platform + "-" + process.arch')
  if fetch "onnx-$platform.sha256" "$tmp/onnx.sha256" 2>/dev/null; then
    say "fetching the ONNX runtime for $platform"
    fetch "onnx-$platform.tar.gz" "$tmp/onnx.tar.gz" || fail 'The ONNX runtime did not arrive. Try again.'
    check "$tmp/onnx.tar.gz" "$(cat "$tmp/onnx.sha256")"
    tar -xzf "$tmp/onnx.tar.gz" -C "$release.new"
  else
    say "this hub has no ONNX runtime for $platform: this machine will run Python and Node apps, and no models"
  fi
  rm -rf "$release"
  mv "$release.new" "$release"
  ln -sfn "$release" "$prefix/current"
  program="$prefix/current/cli.js"

  code=0
  MESHDECK_JOIN=$token "$node" "$program" service install --data "$data" "$@" || code=$?
  if [ "$code" = 3 ]; then
    say "starting it now; its words go to $data/agent.log"
    nohup "$node" "$program" --data "$data" >>"$data/agent.log" 2>&1 </dev/null &
  elif [ "$code" != 0 ]; then
    fail 'The agent is installed but could not be made a service; the lines above say why.'
  fi
  if "$node" "$program" service status --data "$data" --wait 30 >/dev/null; then
    say "this machine has joined $hub"
  else
    say "it has not joined within 30 s. Its own words say why: see $data/agent.log, or: journalctl -u meshdeck-node"
    exit 1
  fi
}

main "$@"
`;
}
