/** Numbers of PKCS#11 v2.40 (OASIS) that this driver uses. */

export const CKF = {
  osLockingOk: 0x2,
  tokenPresent: 0x1,
  serialSession: 0x4,
  userPinInitialized: 0x8,
  userPinCountLow: 0x10000,
  userPinFinalTry: 0x20000,
  userPinLocked: 0x40000,
  tokenInitialized: 0x400,
} as const;

export const CKU = { user: 1, contextSpecific: 2 } as const;

export const CKO = { certificate: 1, privateKey: 3, secretKey: 4 } as const;

export const CKA = {
  class: 0x0,
  token: 0x1,
  value: 0x11,
  id: 0x102,
  keyType: 0x100,
  sensitive: 0x103,
  extractable: 0x162,
  valueLen: 0x161,
  alwaysAuthenticate: 0x202,
} as const;

export const CKK = { genericSecret: 0x10 } as const;

export const CKM = {
  rsaPkcs: 0x1,
  rsaPkcsOaep: 0x9,
  sha1: 0x220,
  ecdsa: 0x1041,
  ecdh1Derive: 0x1050,
} as const;

export const CKG = { mgf1Sha1: 1 } as const;
export const CKD = { null: 1 } as const;

export const CKR = {
  ok: 0x0,
  cancel: 0x1,
  slotIdInvalid: 0x3,
  functionFailed: 0x6,
  attributeTypeInvalid: 0x12,
  deviceError: 0x30,
  deviceRemoved: 0x32,
  functionCanceled: 0x50,
  keyFunctionNotPermitted: 0x68,
  keyHandleInvalid: 0x60,
  keyTypeInconsistent: 0x63,
  mechanismInvalid: 0x70,
  mechanismParamInvalid: 0x71,
  objectHandleInvalid: 0x82,
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLenRange: 0xa2,
  pinExpired: 0xa3,
  pinLocked: 0xa4,
  sessionHandleInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  userAlreadyLoggedIn: 0x100,
  userPinNotInitialized: 0x102,
  cryptokiAlreadyInitialized: 0x191,
} as const;

/** Position of each function in CK_FUNCTION_LIST. */
export const FUNCTION_INDEX = {
  C_Initialize: 0,
  C_Finalize: 1,
  C_GetSlotList: 4,
  C_GetSlotInfo: 5,
  C_GetTokenInfo: 6,
  C_OpenSession: 12,
  C_CloseSession: 13,
  C_Login: 18,
  C_Logout: 19,
  C_DestroyObject: 22,
  C_GetAttributeValue: 24,
  C_FindObjectsInit: 26,
  C_FindObjects: 27,
  C_FindObjectsFinal: 28,
  C_DecryptInit: 33,
  C_Decrypt: 34,
  C_SignInit: 42,
  C_Sign: 43,
  C_DeriveKey: 62,
} as const;

export type FunctionName = keyof typeof FUNCTION_INDEX;
