export const keycheck = {
  title: 'U-Key 检测',
  again: '重新检测',
  driver: '驱动 {{name}}',
  'driver-ok': '已加载',
  'driver-missing': '文件不存在，请重新安装驱动',
  'driver-architecture': '与本程序位数或处理器不符，请安装相符的驱动',
  'driver-unusable': '无法加载，文件可能已损坏，请重新安装驱动',
  'driver-silent': '已加载但没有应答，请拔插 U-Key 后重新检测',
  'no-driver':
    '本机没有找到受支持的 U-Key 驱动。请安装 U-Key 厂商的驱动程序（国密 SKF 或 PKCS#11），再重新检测。',
  'no-token':
    '没有检测到 U-Key。请确认已插紧；若在其他软件中可用，说明本机缺少该厂商的驱动，请联系系统管理员添加。',
  token: '{{label}} · 尾号 {{tail}}',
  'token-ready': '可用，证书 {{count}} 张，其中可签名 {{usable}} 张',
  'token-pin-locked': 'PIN 码已锁定，请到发证机构解锁',
  'token-no-certificate': '没有证书，请到发证机构办理',
  'token-not-usable': '证书 {{count}} 张，均已过期、未生效或不可签名',
  'token-unreadable': '无法读取证书，请拔插后重新检测',
};
