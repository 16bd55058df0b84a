import type { ScriptFacts } from './script-facts.js';

/** One word for a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Where the agent lies on this machine: `$prefix` for programs, `$data` for its identity and files. */
const places = `places() {
  if [ "$(id -u)" = 0 ]; then
    prefix=\${MESHDECK_PREFIX:-/opt/meshdeck-node}
    data=\${MESHDECK_NODE_DATA:-/var/lib/meshdeck-node}
  else
    if [ -z "\${HOME:-}" ] && { [ -z "\${MESHDECK_PREFIX:-}" ] || [ -z "\${MESHDECK_NODE_DATA:-}" ]; }; then
      fail 'HOME is not set, so there is no place for the agent. Set it, or say where: MESHDECK_PREFIX for its program, MESHDECK_NODE_DATA for its files.'
    fi
    prefix=\${MESHDECK_PREFIX:-\${XDG_DATA_HOME:-\${HOME:-}/.local/share}/meshdeck-node}
    data=\${MESHDECK_NODE_DATA:-\${HOME:-}/.meshdeck/node}
  fi
  case $prefix$data in *'
'*) fail 'The folders for the agent have a line break in their names. Choose others with MESHDECK_PREFIX and MESHDECK_NODE_DATA.' ;; esac
  case $prefix in /*) ;; *) fail "The folder for the program has to be said from the root on, and is $prefix. Set MESHDECK_PREFIX so." ;; esac
  case $data in /*) ;; *) fail "The folder for the agent's files has to be said from the root on, and is $data. Set MESHDECK_NODE_DATA so." ;; esac
}`;

const speech = `say() { printf 'meshdeck: %s\\n' "$*" >&2; }
fail() { say "$*"; exit 1; }`;

/** A script that says why, and fails: what `curl ... | sh` runs where the hub says no. */
export function refusalSh(sentence: string): string {
  return `printf '%s\\n' ${quoted(`meshdeck: ${sentence}`)} >&2\nexit 1\n`;
}

/**
 * For a line that has let its machines in: pasted again on one of them, it brings the agent there up to the hub's and starts it
 * anew. Elsewhere it says what `refusalSh` says. It holds no secret.
 */
export function againSh(sentence: string): string {
  return `#!/bin/sh
set -eu
${speech}
${places}
main() {
  places
  command="$prefix/bin/meshdeck-node"
  if [ ! -x "$command" ] || [ ! -f "$data/identity.json" ]; then fail ${quoted(sentence)}; fi
  say 'This line has done its work here before: the agent is brought up to date and started anew.'
  MESHDECK_NODE_DATA=$data exec "$command" update --restart
}

main "$@"
`;
}

/**
 * The installer for Linux and macOS, POSIX sh. Everything is fetched with the hub's key pinned and checked by hash; a
 * line cut off halfway does nothing, since \`main\` is called last. What comes after the unpacking is the agent's own
 * `install` command (mesh-node/src/cli/install-command.ts).
 */
export function installSh(facts: ScriptFacts): string {
  return `#!/bin/sh
# Makes this machine part of a Meshdeck mesh: fetches the agent from its hub, checks it, installs it as a service, joins.
# MESHDECK_PREFIX (programs), MESHDECK_NODE_DATA (identity, files) and MESHDECK_BIN (where its command is linked) change where it lies.
set -eu
hub=${quoted(facts.hubName)}
base_url=${quoted(facts.baseUrl)}
pin=${quoted(facts.pin)}
version=${quoted(facts.version)}
agent_sha256=${quoted(facts.agentSha256)}
token=${quoted(facts.token)}

${speech}
${places}
# The address holds the secret: on a command line everybody on this machine could read it.
fetch() { printf 'url = "%s"\\n' "$base_url/$1" | curl -sSfk --pinnedpubkey "$pin" -o "$2" -K -; }

fetched() {
  code=0
  fetch "$1" "$2" || code=$?
  case $code in
    0) ;;
    22) fail "The hub did not hand out $3. Is the join token still good?" ;;
    23) fail "$3 could not be written to $tmp: is that disk full? Free some space there, or set TMPDIR, and paste the line again." ;;
    90) fail 'Another key answers than the one this line is for. Nothing was fetched. Ask the admin for a new line.' ;;
    *) fail "$3 did not arrive: the hub went away, or this machine lost its network (curl says $code). Paste the line again." ;;
  esac
}

check() {
  sum=$("$node" -e 'process.stdout.write(require("crypto").createHash("sha256").update(require("fs").readFileSync(process.argv[1])).digest("hex"))' "$1")
  [ "$sum" = "$2" ] || fail "What arrived is not what the hub has (SHA-256 $sum in place of $2). Nothing was installed; try again."
}

unpack() {
  tar -xzf "$1" -C "$release.new" ||
    fail "The agent could not be unpacked to $release.new ($("$node" -p 'const disk = require("fs").statfsSync(process.argv[1]); Math.floor(disk.bavail * disk.bsize / 1048576)' "$prefix") MB are free there). Make room if the disk is full, and paste the line again; nothing was installed."
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

# A folder that may become ours: missing, or a folder of this user that can be written to.
usable() {
  at=$1
  while [ ! -e "$at" ] && [ ! -L "$at" ]; do at=$(dirname "$at"); done
  [ -d "$at" ] || fail "$at is a file, and a folder belongs there for $1. Move it away, or choose another place with $2."
  if [ "$at" = "$1" ] && [ -z "$(find "$1" -prune -user "$(id -u)")" ]; then
    fail "The folder $1 belongs to another user. Choose another with $2, or paste the line as that user."
  fi
  [ -w "$at" ] && [ -x "$at" ] || fail "Nothing can be written to $at (for $1): it belongs to another user or is read-only. Choose another place with $2."
}

main() {
  for tool in curl tar find; do
    command -v "$tool" >/dev/null || fail "$tool is needed and was not found. Install it from your system, and paste the line again."
  done
  need='Node.js 20.19 or newer is needed'
  how='Install it from your system or from https://nodejs.org (any medium will do where there is no internet), then paste the line again.'
  node=$(find_node) || fail "$need and was not found. $how"
  "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "$need; $node is $("$node" --version). $how"
  # The service has to find it after a reboot, whatever a version manager calls it then.
  node=$("$node" -p process.execPath)

  places
  usable "$prefix" MESHDECK_PREFIX
  usable "$data" MESHDECK_NODE_DATA
  if [ -d "$prefix" ] && [ -n "$(ls -A "$prefix")" ] && [ ! -f "$prefix/installed.json" ] && [ ! -f "$prefix/current/cli.js" ] && [ ! -f "$prefix/installing" ]; then
    fail "The folder $prefix holds other files and nothing of Meshdeck. Choose a new or empty one with MESHDECK_PREFIX."
  fi

  tmp=$(mktemp -d) || fail 'No temporary folder could be made: is the disk of /tmp full? Free some space there, or set TMPDIR, and paste the line again.'
  trap 'rm -rf "$tmp"' EXIT
  say "fetching the agent $version from $hub"
  fetched agent.tar.gz "$tmp/agent.tar.gz" 'the agent'
  check "$tmp/agent.tar.gz" "$agent_sha256"

  # The outermost folder that has to be made: with it goes what was made.
  made=$prefix
  while [ ! -d "$(dirname "$made")" ]; do made=$(dirname "$made"); done
  [ ! -d "$prefix" ] || made=
  release="$prefix/$version-$(printf %.12s "$agent_sha256")"
  trap 'rm -rf "$tmp" "$release.new"' EXIT
  mkdir -p "$prefix" || fail "The folder $prefix cannot be made; the line above says why."
  # Marks the folder as ours should this be cut short; installed.json does from then on.
  printf '%s\\n' "$made" >>"$prefix/installing" || fail "Nothing can be written to $prefix: is its disk full? Free some space there, and paste the line again."
  rm -rf "$release.new"
  mkdir "$release.new" || fail "Nothing can be written to $prefix; the line above says why."
  unpack "$tmp/agent.tar.gz"
  platform=$("$node" -p 'process.platform + "-" + process.arch')
  if fetch "onnx-$platform.sha256" "$tmp/onnx.sha256" 2>/dev/null; then
    say "fetching the ONNX runtime for $platform"
    fetched "onnx-$platform.tar.gz" "$tmp/onnx.tar.gz" 'the ONNX runtime'
    check "$tmp/onnx.tar.gz" "$(cat "$tmp/onnx.sha256")"
    unpack "$tmp/onnx.tar.gz"
  else
    say "this hub has no ONNX runtime for $platform: this machine will run Python and Node apps, and no models"
  fi
  rm -rf "$tmp"
  rm -rf "$release"
  mv "$release.new" "$release"
  MESHDECK_JOIN=$token "$node" "$release/cli.js" install --data "$data" "$@"
}

main "$@"
`;
}
