export const status = {
  valid: '有效',
  expiring: '即将到期',
  'review-due': '应复审',
  'review-overdue': '逾期未复审',
  expired: '过期',
  'not-yet-valid': '尚未生效',
  suspended: '暂停',
  revoked: '吊销',
  withdrawn: '撤销',
  cancelled: '注销',
  'under-verification': '核查中',
  'stale-hint': '数据已超过规定天数未更新，状态可能已变',
};
export const groups = {
  valid: '有效',
  soon: '即将到期',
  expired: '过期',
  stopped: '暂停、注销或核查中',
};
export const kinds = {
  'manager-principal': '主要负责人',
  'manager-safety': '安全管理人员',
  'special-operation': '特种作业',
  'construction-a': '建安 A 类',
  'construction-b': '建安 B 类',
  'construction-c1': '建安 C1 类',
  'construction-c2': '建安 C2 类',
  'construction-c3': '建安 C3 类',
};
export const titles = {
  'manager-principal': '安全生产知识和管理能力考核合格证',
  'manager-safety': '安全生产知识和管理能力考核合格证',
  'special-operation': '特种作业操作证',
  'construction-a': '建筑施工企业安全生产考核合格证',
  'construction-b': '建筑施工企业安全生产考核合格证',
  'construction-c1': '建筑施工企业安全生产考核合格证',
  'construction-c2': '建筑施工企业安全生产考核合格证',
  'construction-c3': '建筑施工企业安全生产考核合格证',
};
export const roles = {
  inspector: '检查员',
  head: '科室负责人',
  approver: '审批人',
  'system-admin': '系统管理员',
  'security-admin': '安全管理员',
  auditor: '审计管理员',
};
export const events = {
  issued: '初领发证',
  renewed: '延期换证',
  reviewed: '复审合格',
  suspended: '暂停',
  resumed: '恢复',
  revoked: '吊销',
  withdrawn: '撤销',
  cancelled: '注销',
  corrected: '信息更正',
  moved: '转出辖区',
};
export const sources = {
  'provincial-system': '省级安全生产考核系统',
  'training-body': '培训机构报送',
  'national-platform': '国家平台',
};
export const entities = {
  company: '企业',
  person: '人员',
  certificate: '证书',
  event: '变更记录',
  training: '培训记录',
  exam: '考试记录',
  attachment: '照片与扫描件目录',
};
export const connection = { online: '在线', offline: '离线', unknown: '未连接' };
export const days = {
  count: '{{days}} 天',
  left: '余 {{days}} 天',
  past: '逾 {{days}} 天',
  'review-left': '复审余 {{days}} 天',
  'review-past': '复审逾 {{days}} 天',
};
export const time = {
  'about-seconds': '约 {{seconds}} 秒',
  'about-minutes': '约 {{minutes}} 分 {{seconds}} 秒',
};
export const unknown = {
  kind: '未知类别（代码 {{code}}）',
  event: '未知变更（代码 {{code}}）',
  rules: '规则未知',
  'rules-hint': '本程序没有该类证书的规则，不能判定为有效。请向发证机关核实，或更新程序。',
};
