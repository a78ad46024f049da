// Types of AssemblyScript, for the constants that it and TypeScript both read.

declare type u16 = number;
declare type u32 = number;
declare type usize = number;
