using BpfScript.Cli;

return CommandLine.Run(args);
