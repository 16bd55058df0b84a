import type { Command } from 'commander';
import { createBareProgram } from './bare-program.js';
import { addAppsCommands, addSamplesCommands } from './commands/apps.js';
import { addAuditCommand } from './commands/audit.js';
import { addCheckCommand } from './commands/check.js';
import { addConfigCommands, addHubCommand } from './commands/hub.js';
import { addJobsCommands } from './commands/jobs.js';
import { addSecretCommands } from './commands/secrets.js';
import { addSweepCommands } from './commands/sweeps.js';
import { addJoinTokenCommands } from './commands/join-token.js';
import { addKeysCommands } from './commands/keys.js';
import { addNodesCommands } from './commands/nodes.js';
import { addRunCommand } from './commands/run.js';
import { addSensorsCommands } from './commands/sensors.js';
import { addSeriesCommands } from './commands/series.js';
import { addStatusCommands } from './commands/status.js';
import { addUsersCommands } from './commands/users.js';
import type { CommandContext } from './context.js';

/** The whole command line. */
export function createProgram(context: CommandContext): Command {
  const program = createBareProgram(context);
  addHubCommand(program, context);
  addJoinTokenCommands(program, context);
  addNodesCommands(program, context);
  addCheckCommand(program, context);
  addRunCommand(program, context);
  addJobsCommands(program, context);
  addSweepCommands(program, context);
  addSecretCommands(program, context);
  addAppsCommands(program, context);
  addSamplesCommands(program, context);
  addSensorsCommands(program, context);
  addSeriesCommands(program, context);
  addStatusCommands(program, context);
  addUsersCommands(program, context);
  addKeysCommands(program, context);
  addAuditCommand(program, context);
  addConfigCommands(program, context);
  return program;
}
