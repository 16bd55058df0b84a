import type { ScriptFacts } from './script-facts.js';

/** A literal string for PowerShell. */
const quoted = (text: string) => `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "''")}'`;

export function refusalPs1(sentence: string): string {
  return `[Console]::Error.WriteLine(${quoted(`meshdeck: ${sentence}`)})\n`;
}

/** The installer for Windows 10 1803 and newer, which come with curl.exe and tar.exe; PowerShell 5.1 and newer. */
export function installPs1(facts: ScriptFacts): string {
  return `# Makes this machine part of a Meshdeck mesh: fetches the agent from its hub, checks it, starts it with Windows, joins.
& {
  $ErrorActionPreference = 'Stop'
  $hub = ${quoted(facts.hubName)}
  $base = ${quoted(facts.baseUrl)}
  $pin = ${quoted(facts.pin)}
  $version = ${quoted(facts.version)}
  $agentSha256 = ${quoted(facts.agentSha256)}
  function Say($text) { [Console]::Error.WriteLine("meshdeck: $text") }
  function Fetch($name, $to) {
    # The address holds the secret: on a command line everybody on this machine could read it.
    ('url = "' + $base + '/' + $name + '"') | & curl.exe -sSfk --pinnedpubkey $pin -o $to -K -
    return $LASTEXITCODE -eq 0
  }
  function Check($file, $wanted) {
    $sum = (Get-FileHash -Algorithm SHA256 $file).Hash.ToLowerInvariant()
    if ($sum -ne $wanted) { throw "What arrived is not what the hub has (SHA-256 $sum in place of $wanted). Nothing was installed; try again." }
  }
  try {
    $found = Get-Command node.exe -ErrorAction SilentlyContinue
    $how = 'Install it from https://nodejs.org (any medium will do where there is no internet), open a new PowerShell, and paste the line again.'
    if (-not $found) { throw "Node.js 20.19 or newer is needed and was not found. $how" }
    $node = & $found.Source -p process.execPath
    & $node -e 'const [a, b] = process.versions.node.split(String.fromCharCode(46)).map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
    if ($LASTEXITCODE -ne 0) { throw "Node.js 20.19 or newer is needed; $node is $(& $node --version). $how" }
    $admin = ([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    $root = if ($admin) { Join-Path $env:ProgramData 'Meshdeck' } else { Join-Path $env:LOCALAPPDATA 'Meshdeck' }
    $prefix = Join-Path $root 'node-program'
    $data = Join-Path $root 'node'
    $release = Join-Path $prefix "$version-$($agentSha256.Substring(0, 12))"
    $tmp = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid().ToString())
    New-Item -ItemType Directory -Force $tmp, "$release.new" | Out-Null
    if ($admin) {
      # What runs as the system nobody else may change.
      & icacls.exe $root /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
    }
    Say "fetching the agent $version from $hub"
    if (-not (Fetch 'agent.tar.gz' "$tmp\\agent.tar.gz")) { throw 'The hub did not hand out the agent. Is the join token still good?' }
    Check "$tmp\\agent.tar.gz" $agentSha256
    & tar.exe -xzf "$tmp\\agent.tar.gz" -C "$release.new"
    $platform = & $node -p 'process.platform + String.fromCharCode(45) + process.arch'
    if (Fetch "onnx-$platform.sha256" "$tmp\\onnx.sha256") {
      Say "fetching the ONNX runtime for $platform"
      if (-not (Fetch "onnx-$platform.tar.gz" "$tmp\\onnx.tar.gz")) { throw 'The ONNX runtime did not arrive. Try again.' }
      Check "$tmp\\onnx.tar.gz" (Get-Content -Raw "$tmp\\onnx.sha256").Trim()
      & tar.exe -xzf "$tmp\\onnx.tar.gz" -C "$release.new"
    } else { Say "this hub has no ONNX runtime for $platform: this machine will run Python and Node apps, and no models" }
    if (Test-Path $release) { Remove-Item -Recurse -Force $release }
    Move-Item "$release.new" $release
    Remove-Item -Recurse -Force $tmp
    $env:MESHDECK_JOIN = ${quoted(facts.token)}
    & $node "$release\\cli.js" service install --data $data
    Remove-Item Env:MESHDECK_JOIN
    & $node "$release\\cli.js" service status --data $data --wait 30 | Out-Null
    if ($LASTEXITCODE -eq 0) { Say "this machine has joined $hub" } else { Say "it has not joined within 30 s. Look with: & '$node' '$release\\cli.js' --data '$data'" }
  } catch { Say $_.Exception.Message }
}
`;
}
