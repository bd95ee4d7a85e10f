//! The words of the interface, in each of its languages.

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese.
    Chinese,
}

impl Language {
    /// The language that the environment asks for: `LC_ALL`, `LC_MESSAGES`, then `LANG`.
    pub fn detect(environment: impl Fn(&str) -> Option<String>) -> Self {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let chosen = names.into_iter().filter_map(environment).find(|value| !value.is_empty());
        match chosen {
            Some(value) if value.starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// Its words.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }
}

/// Everything that the interface says itself. `{}` stands for a value.
#[derive(Debug)]
pub struct Words {
    pub loading: &'static str,
    pub reading: &'static str,
    pub thinking: &'static str,
    pub thought: &'static str,
    pub writing: &'static str,
    pub calling: &'static str,
    pub waiting: &'static str,
    pub stopping: &'static str,
    pub interrupted: &'static str,
    pub compacted: &'static str,
    pub esc_interrupts: &'static str,
    pub ctrl_c_again: &'static str,
    pub placeholder: &'static str,
    pub queued: &'static str,
    pub new_below: &'static str,
    pub more_lines: &'static str,
    pub one_more_line: &'static str,
    pub truncated: &'static str,
    pub not_verified: &'static str,
    pub denied: &'static str,
    pub timed_out: &'static str,
    pub allowed_before: &'static str,
    pub nobody_answered: &'static str,
    pub approve: &'static str,
    pub once: &'static str,
    pub session: &'static str,
    pub no: &'static str,
    pub never: &'static str,
    pub popup_keys: &'static str,
    pub steps: &'static str,
    pub answer: &'static str,
    pub context: &'static str,
    pub reused: &'static str,
    pub sandbox: &'static str,
    pub search: &'static str,
    pub no_match: &'static str,
    pub search_keys: &'static str,
    pub browse_keys: &'static str,
    pub copied: &'static str,
    pub nothing_to_copy: &'static str,
    pub unknown_command: &'static str,
    pub unknown_theme: &'static str,
    pub theme_is: &'static str,
    pub model_is: &'static str,
    pub model_unknown: &'static str,
    pub tools_are: &'static str,
    pub no_tools: &'static str,
    pub pasted: &'static str,
    pub paste_too_long: &'static str,
    pub help: &'static str,
    pub edited: &'static str,
    pub answered: &'static str,
    pub send_keys: &'static str,
    pub edit_call: &'static str,
    pub answer_call: &'static str,
    pub choose_session: &'static str,
    pub turns_of: &'static str,
    pub no_sessions: &'static str,
    pub exported: &'static str,
    pub instructed: &'static str,
    pub added: &'static str,
    pub system_what: &'static str,
    pub tool_what: &'static str,
    pub fork_what: &'static str,
    pub step_what: &'static str,
    pub steps_through: &'static str,
    pub steps_no_more: &'static str,
    pub stepping: &'static str,
    pub rewind_what: &'static str,
    pub rewinds: &'static str,
    pub commands: [(&'static str, &'static str); 14],
}

const ENGLISH: Words = Words {
    loading: "loading the model",
    reading: "reading the prompt, {}",
    thinking: "thinking",
    thought: "thought",
    writing: "writing",
    calling: "calling {}",
    waiting: "waiting for your approval",
    stopping: "interrupting",
    interrupted: "interrupted",
    compacted: "the context was compacted: {} tokens",
    esc_interrupts: "Esc interrupts",
    ctrl_c_again: "Ctrl-C again leaves",
    placeholder: "Ask something, or /help",
    queued: "then: {}",
    new_below: "more below: End",
    more_lines: "… {} more lines",
    one_more_line: "… 1 more line",
    truncated: "cut to the tool's limit",
    not_verified: "not verified",
    denied: "denied",
    timed_out: "out of time",
    allowed_before: "allowed for this session",
    nobody_answered: "nobody answered",
    approve: "Allow {}?",
    once: "once",
    session: "session",
    no: "no",
    never: "never",
    popup_keys: "←→ choose · Enter · e edits · o answers for it · ↑↓ scroll · Esc interrupts",
    steps: "Steps",
    answer: "answer",
    context: "context",
    reused: "reused",
    sandbox: "sandbox",
    search: "Search",
    no_match: "not found",
    search_keys: "Enter/↑ older · ↓ newer · Esc closes",
    browse_keys: "↑↓ choose · Enter folds · e edits a prompt · a all · y copies · Tab back",
    copied: "copied {} characters",
    nothing_to_copy: "there is no answer to copy yet",
    unknown_command: "there is no command {}: /help lists those there are",
    unknown_theme: "there is no theme {}: choose dark, light, 16 or none",
    theme_is: "theme: {}",
    model_is: "model: {}",
    model_unknown: "the model is not loaded yet",
    tools_are: "tools: {}",
    no_tools: "this session has no tools",
    pasted: "pasted {} lines",
    paste_too_long: "the paste is longer than {} MB and was left out: put it in a file",
    help: "Enter sends, Alt-Enter or Ctrl-J begins a new line; ↑ and ↓ go through earlier prompts.\n\
           Tab moves between the prompt and the conversation; there Enter folds and unfolds,\n\
           and e writes a prompt anew. @ names a file to attach.\n\
           Esc interrupts the model or the tool. Ctrl-C twice leaves. Ctrl-F searches.\n\
           PgUp, PgDn, Ctrl-Home, Ctrl-End and the mouse wheel scroll; Ctrl-T folds the last step;\n\
           Ctrl-L draws the screen anew, Ctrl-Z suspends.\n\
           Shift and the mouse select text as the terminal does.",
    edited: "edited by you",
    answered: "answered by you",
    send_keys: "Ctrl-S sends · Esc goes back",
    edit_call: "Edit the call of {}",
    answer_call: "Answer for {}",
    choose_session: "Sessions: Enter goes on, Esc closes",
    turns_of: "turns: {}",
    no_sessions: "no session is kept yet",
    exported: "the session is in {}",
    instructed: "the model is told this from now on",
    added: "new tools: {}",
    system_what: "write what the model is to be told: /system TEXT",
    tool_what: "name the manifest: /tool add FILE",
    fork_what: "/fork takes the number of turns to keep, or nothing",
    step_what: "/step takes on or off",
    steps_through: "every call is shown before it is made",
    steps_no_more: "calls are made as the rules say",
    stepping: "step",
    rewind_what: "choose a prompt to write it anew",
    rewinds: "sending goes on from before turn {}, as a fork · Esc does not",
    commands: [
        ("help", "keys and commands"),
        ("new", "a new session"),
        ("sessions", "choose a session to go on with"),
        ("resume", "goes on with the session of an ID"),
        ("fork", "goes on in a copy, perhaps of the first N turns"),
        ("export", "writes the session to a FILE: .md, .html or .json"),
        ("system", "tells the model TEXT from now on"),
        ("copy", "copies the last answer"),
        ("theme", "dark, light, 16 or none"),
        ("model", "the model of this session"),
        ("tools", "the tools of this session"),
        ("tool", "add FILE adds your own functions"),
        ("step", "on or off: shows every call before it is made"),
        ("quit", "leaves"),
    ],
};

const CHINESE: Words = Words {
    loading: "正在加载模型",
    reading: "正在读取提示，{}",
    thinking: "思考中",
    thought: "思考",
    writing: "正在回答",
    calling: "正在调用 {}",
    waiting: "等待您的许可",
    stopping: "正在中断",
    interrupted: "已中断",
    compacted: "上下文已压缩：{} 个词元",
    esc_interrupts: "Esc 中断",
    ctrl_c_again: "再按 Ctrl-C 退出",
    placeholder: "请输入问题，或 /help",
    queued: "然后：{}",
    new_below: "下方还有内容：End",
    more_lines: "… 还有 {} 行",
    one_more_line: "… 还有 1 行",
    truncated: "已按工具上限截断",
    not_verified: "未证实",
    denied: "已拒绝",
    timed_out: "超时",
    allowed_before: "本会话已允许",
    nobody_answered: "无人回应",
    approve: "允许调用 {} 吗？",
    once: "仅此一次",
    session: "本会话内",
    no: "不允许",
    never: "一律不允许",
    popup_keys: "←→ 选择 · Enter 确定 · e 修改 · o 代答 · ↑↓ 滚动 · Esc 中断",
    steps: "步骤",
    answer: "回答",
    context: "上下文",
    reused: "复用",
    sandbox: "沙箱",
    search: "查找",
    no_match: "未找到",
    search_keys: "Enter/↑ 更早 · ↓ 更晚 · Esc 关闭",
    browse_keys: "↑↓ 选择 · Enter 折叠 · e 修改提示 · a 全部 · y 复制 · Tab 返回",
    copied: "已复制 {} 个字符",
    nothing_to_copy: "还没有可复制的回答",
    unknown_command: "没有命令 {}：/help 列出全部命令",
    unknown_theme: "没有主题 {}：可选 dark、light、16、none",
    theme_is: "主题：{}",
    model_is: "模型：{}",
    model_unknown: "模型尚未加载",
    tools_are: "工具：{}",
    no_tools: "本会话没有工具",
    pasted: "粘贴了 {} 行",
    paste_too_long: "粘贴内容超过 {} MB，未加入：请放到文件里",
    help: "Enter 发送，Alt-Enter 或 Ctrl-J 换行；↑ ↓ 浏览以前的提示。\n\
           Tab 在输入框和对话之间切换；在对话中 Enter 折叠或展开，e 修改以前的提示。用 @ 附上文件。\n\
           Esc 中断模型或工具。连按两次 Ctrl-C 退出。Ctrl-F 查找。\n\
           PgUp、PgDn、Ctrl-Home、Ctrl-End 和滚轮用来滚动；Ctrl-T 折叠最后一步；Ctrl-L 重绘屏幕；Ctrl-Z 挂起。\n\
           按住 Shift 可用鼠标选择文字。",
    edited: "您已修改",
    answered: "由您回答",
    send_keys: "Ctrl-S 发送 · Esc 返回",
    edit_call: "修改对 {} 的调用",
    answer_call: "代替 {} 回答",
    choose_session: "会话：Enter 继续，Esc 关闭",
    turns_of: "轮次：{}",
    no_sessions: "还没有保存的会话",
    exported: "会话已写入 {}",
    instructed: "模型从现在起会收到这条系统提示",
    added: "新工具：{}",
    system_what: "请写明系统提示：/system 内容",
    tool_what: "请指定清单文件：/tool add 文件",
    fork_what: "/fork 后可写要保留的轮数，也可不写",
    step_what: "/step 后写 on 或 off",
    steps_through: "每次调用前都会先询问",
    steps_no_more: "按规则进行调用",
    stepping: "逐步",
    rewind_what: "请先选择一条提示再修改",
    rewinds: "发送后将从第 {} 轮之前分叉继续 · Esc 取消",
    commands: [
        ("help", "按键和命令"),
        ("new", "新会话"),
        ("sessions", "选择要继续的会话"),
        ("resume", "按 ID 继续会话"),
        ("fork", "在副本中继续，可只保留前 N 轮"),
        ("export", "把会话写入文件：.md、.html 或 .json"),
        ("system", "从现在起给模型的系统提示"),
        ("copy", "复制最后的回答"),
        ("theme", "dark、light、16 或 none"),
        ("model", "本会话的模型"),
        ("tools", "本会话的工具"),
        ("tool", "add 文件：添加您自己的函数"),
        ("step", "on 或 off：每次调用前都询问"),
        ("quit", "退出"),
    ],
};

/// A sentence with its value.
pub fn say(sentence: &str, value: impl std::fmt::Display) -> String {
    sentence.replacen("{}", &value.to_string(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses() {
        let check = |name: &str, value: &str, expected| {
            let get = |asked: &str| (asked == name).then(|| value.to_owned());
            assert_eq!(Language::detect(get), expected);
        };
        check("LANG", "zh_CN.UTF-8", Language::Chinese);
        check("LC_ALL", "zh_TW", Language::Chinese);
        check("LANG", "en_US.UTF-8", Language::English);
        check("LANG", "", Language::English);
    }

    #[test]
    fn both_languages_have_the_same_commands() {
        let names = |words: &Words| words.commands.map(|(name, _)| name);
        assert_eq!(names(&ENGLISH), names(&CHINESE));
    }
}
