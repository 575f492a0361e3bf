// How a client that has unpacked a bundle would start it: reads {manifest, folder, user_config}, prints {command, args, env}.
import { getMcpConfigForManifest } from '@anthropic-ai/mcpb';

let asked = '';
for await (const piece of process.stdin) asked += piece;
const { manifest, folder, user_config } = JSON.parse(asked);
const config = await getMcpConfigForManifest({
  manifest, extensionPath: folder, systemDirs: {}, userConfig: user_config, pathSeparator: '/',
});
console.log(JSON.stringify(config ?? null));
