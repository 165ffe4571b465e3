/** Numbers of GM/T 0016 (and GM/T 0006 for algorithms) that this driver uses. */

export const SAR = {
  ok: 0x0,
  notSupported: 0x0a000003,
  badHandle: 0x0a000005,
  timeout: 0x0a00000f,
  keyNotFound: 0x0a00001b,
  certificateNotFound: 0x0a00001c,
  deviceRemoved: 0x0a000023,
  pinIncorrect: 0x0a000024,
  pinLocked: 0x0a000025,
  pinInvalid: 0x0a000026,
  pinLengthRange: 0x0a000027,
} as const;

export const PIN_USER = 1;

export const CONTAINER = { rsa: 1, ecc: 2 } as const;

/** SM4 in ECB mode: what an imported session key decrypts with. */
export const SGD_SM4_ECB = 0x401;

/** Argument types: U an unsigned long, B a BOOL, P memory, H a handle. */
type ArgumentType = 'U' | 'B' | 'P' | 'H';

/** Argument types of each function. */
export const SIGNATURES = {
  SKF_EnumDev: ['B', 'P', 'P'],
  SKF_ConnectDev: ['P', 'P'],
  SKF_DisConnectDev: ['H'],
  SKF_GetDevInfo: ['H', 'P'],
  SKF_EnumApplication: ['H', 'P', 'P'],
  SKF_OpenApplication: ['H', 'P', 'P'],
  SKF_CloseApplication: ['H'],
  SKF_GetPINInfo: ['H', 'U', 'P', 'P', 'P'],
  SKF_VerifyPIN: ['H', 'U', 'P', 'P'],
  SKF_ClearSecureState: ['H'],
  SKF_EnumContainer: ['H', 'P', 'P'],
  SKF_OpenContainer: ['H', 'P', 'P'],
  SKF_CloseContainer: ['H'],
  SKF_GetContainerType: ['H', 'P'],
  SKF_ExportCertificate: ['H', 'B', 'P', 'P'],
  SKF_ExportPublicKey: ['H', 'B', 'P', 'P'],
  SKF_ECCSignData: ['H', 'P', 'U', 'P'],
  SKF_RSASignData: ['H', 'P', 'U', 'P', 'P'],
  SKF_ImportSessionKey: ['H', 'U', 'P', 'U', 'P'],
  SKF_Decrypt: ['H', 'P', 'U', 'P', 'P'],
  SKF_CloseHandle: ['H'],
} as const satisfies Readonly<Record<string, readonly ArgumentType[]>>;

export type FunctionName = keyof typeof SIGNATURES;
