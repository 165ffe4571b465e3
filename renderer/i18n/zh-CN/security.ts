export const security = {
  sections: '安全管理分类',
  'section-people': '人员与密钥',
  'section-signin': '我的登录',
  'section-agreement': '用户协议',
  'section-backup': '备份与恢复',
  'section-check': '每日自检',
  'section-device': '本机与清除',
  'section-emergency': '应急查询',
  'section-retention': '记录保留',
  'section-rotation': '密钥轮换',
  'section-audit': '操作记录',
  'section-about': '关于',
};
