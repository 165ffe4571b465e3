export const about = {
  program: '本程序',
  version: '版本',
  runtime: '运行环境',
  rules: '规则包',
  device: '设备编号',
  parts: '第三方组件与许可',
  count: '共 {{count}} 项',
  part: '组件',
  licence: '许可',
  text: '正文',
  read: '查看',
  chromium: 'Chromium 及其组件的许可见安装目录中的 LICENSES.chromium.html。',
};
