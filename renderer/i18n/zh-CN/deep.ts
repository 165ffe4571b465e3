export const deep = {
  title: '深度核验',
  start: '深度核验',
  'go-on': '继续核验',
  stop: '停止',
  never: '尚未进行。每日自检分段核验，每周一轮。',
  running: '已核验 {{done}} / {{total}} 条',
  resting: '本轮已核验 {{done}} / {{total}} 条，每日自检时继续',
  last: '{{time}} 核验一轮',
  sound: '未发现异常',
  differs: '{{count}} 处与服务器不一致，联网后自动修复',
  repaired: '发现 {{count}} 处不一致，已修复',
  mended: '{{count}} 处查询索引有误，已在本机重建',
};
