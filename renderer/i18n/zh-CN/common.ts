export const act = { retry: '重试', cancel: '取消', close: '关闭', back: '返回', next: '下一步' };
export const state = {
  loading: '正在读取',
  failed: '操作未完成',
  denied: '无权查看',
  reference: '编号 {{ref}}',
};
export const filter = {
  all: '全部',
  region: '地区',
  industry: '行业',
  kind: '类型',
  status: '状态',
  join: '、',
  and: '，',
  chosen: '指定证书 {{count}} 张',
  'one-company': '指定企业',
  'one-body': '指定培训机构',
  issued: '发证日期 {{from}} – {{until}}',
  due: '应办理日期 {{from}} – {{until}}',
  review: '应复审日期 {{from}} – {{until}}',
  'valid-to': '有效期至 {{from}} – {{until}}',
  remove: '取消筛选 {{what}}',
};
export const freshness = {
  altered: '本机数据的核对依据不是服务器签发的，未证实前请谨慎使用，请联网同步。',
  older: '本机数据比曾经收到的旧，可能缺少之后的吊销，请联网同步。',
  stale: '数据截至 {{time}}，已超过规定天数。状态可能已变，请同步后使用。',
  offline: '当前离线，可继续查询。待上报 {{count}} 条，联网后上报。',
  partial: '变更、培训和考试记录正在接收，暂不完整。证书状态可以使用。',
  'names-differ': '本机保存的发证机关或培训机构名称与服务器签发的不一致，请同步修复后使用。',
  'moves-differ': '本机保存的证书转出去向与服务器签发的不一致，请同步修复后使用。',
  differs: '本机数据有 {{count}} 组与服务器不一致，请同步修复后使用。',
  'to-sync': '数据同步',
};
export const settings = {
  title: '个人设置',
  language: '语言',
  theme: '外观',
  light: '浅色',
  dark: '深色',
  contrast: '高对比',
  font: '字号',
  'step-0': '标准',
  'step-1': '稍大',
  'step-2': '大',
  'step-3': '特大',
};
export const help = {
  title: '快捷键',
  search: '转到查询框',
  move: '在名单中上下移动',
  open: '打开所选证书',
  close: '关闭或返回',
  export: '导出签章',
  lock: '立即锁定',
  help: '显示本页',
  version: '版本',
};
