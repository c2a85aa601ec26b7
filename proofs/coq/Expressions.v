(** Index expressions as data, their value, and their derivative.

    A certificate writes both sides of its claim as an [expr]; Coq checks by computation that the
    value of that [expr] is the readable statement. [D_correct] is proved once, here; every
    derivative in a certificate is an instance of it. *)
From Derivlab Require Import Sums.
Open Scope R_scope.

(** Indices are de Bruijn: index i is position i of the environment [ie]. [v] names an array, [d] a
    size. [Der v js a] is the partial derivative of [a] by the entry [js] of the array [v]. *)
Inductive expr : Type :=
| Num (q : Z) | Len (d : nat) | Ten (v : nat) (l : list nat) | Del (i j : nat)
| Add (a b : expr) | Mul (a b : expr) | Opp (a : expr) | Inv (a : expr)
| Exp (a : expr) | Ln (a : expr) | Sgm (a : expr) | Sqr (a : expr) | Tnh (a : expr)
| Sum (d : nat) (b : expr) | Der (v : nat) (js : list nat) (a : expr).

(** [power a n] = a·(a·(...·1)), as Coq computes [x ^ n]. *)
Fixpoint power (a : expr) (n : nat) : expr := match n with O => Num 1 | S m => Mul a (power a m) end.

Section Value.
Variable dm : nat -> nat.               (* the size that a name stands for *)
Definition tens := nat -> list nat -> R.

Definition ix (ie : list nat) (i : nat) : nat := nth i ie O.

(** Replace entry [jv] of array [v] by [t]; convertible with [upd] and [upd2]. *)
Fixpoint updl (jv l : list nat) (t old : R) : R :=
  match l, jv with
  | [], [] => t
  | k :: l', j :: jv' => if Nat.eqb k j then updl jv' l' t old else old
  | _, _ => old
  end.
Definition updT (T : tens) (v : nat) (jv : list nat) (t : R) : tens :=
  fun w l => if Nat.eqb w v then updl jv l t (T w l) else T w l.

Fixpoint eval (T : tens) (ie : list nat) (e : expr) : R :=
  match e with
  | Num q => IZR q
  | Len d => INR (dm d)
  | Ten v l => T v (map (ix ie) l)
  | Del i j => delta (ix ie i) (ix ie j)
  | Add a b => eval T ie a + eval T ie b
  | Mul a b => eval T ie a * eval T ie b
  | Opp a => - eval T ie a
  | Inv a => / eval T ie a
  | Exp a => exp (eval T ie a)
  | Ln a => ln (eval T ie a)
  | Sgm a => sigma (eval T ie a)
  | Sqr a => sqrt (eval T ie a)
  | Tnh a => tanh (eval T ie a)
  | Sum d b => bsum (dm d) (fun k => eval T (k :: ie) b)
  | Der v js a =>
      Derive (fun t => eval (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js))
  end.

(** The partial derivative of an expression without [Der] and [Tnh]. *)
Fixpoint dels (l js : list nat) : expr :=
  match l, js with
  | [], [] => Num 1
  | i :: l', j :: js' => Mul (Del i j) (dels l' js')
  | _, _ => Num 0
  end.
Fixpoint D (v : nat) (js : list nat) (e : expr) : expr :=
  match e with
  | Ten w l => if Nat.eqb w v then dels l js else Num 0
  | Add a b => Add (D v js a) (D v js b)
  | Mul a b => Add (Mul (D v js a) b) (Mul a (D v js b))
  | Opp a => Opp (D v js a)
  | Inv a => Mul (Opp (D v js a)) (Mul (Inv a) (Inv a))
  | Exp a => Mul (D v js a) (Exp a)
  | Ln a => Mul (D v js a) (Inv a)
  | Sgm a => Mul (D v js a) (Mul (Sgm a) (Add (Num 1) (Opp (Sgm a))))
  | Sqr a => Mul (D v js a) (Inv (Mul (Num 2) (Sqr a)))
  | Sum d b => Sum d (D v (map S js) b)
  | _ => Num 0
  end.

(** Denominators are not zero, arguments of logarithms and roots are positive. *)
Fixpoint defined (T : tens) (ie : list nat) (e : expr) : Prop :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => True
  | Add a b | Mul a b => defined T ie a /\ defined T ie b
  | Opp a | Exp a | Sgm a => defined T ie a
  | Inv a => defined T ie a /\ eval T ie a <> 0
  | Ln a | Sqr a => defined T ie a /\ 0 < eval T ie a
  | Sum d b => forall k, (k < dm d)%nat -> defined T (k :: ie) b
  | Tnh _ | Der _ _ _ => False
  end.

Lemma updl_same l : forall jv t old, (l = jv -> old = t) -> updl jv l t old = old.
Proof.
  induction l as [|k l IH]; intros [|j jv] t old H; simpl; auto.
  - symmetry; auto.
  - destruct (Nat.eqb_spec k j); auto. apply IH. intros ->. apply H. now subst.
Qed.
Lemma updT_same T v jv : updT T v jv (T v jv) = T.
Proof.
  apply FunctionalExtensionality.functional_extensionality; intros w.
  apply FunctionalExtensionality.functional_extensionality; intros l. unfold updT.
  destruct (Nat.eqb_spec w v); subst; auto. apply updl_same. now intros ->.
Qed.

Lemma d_updl ie l : forall js (old x : R) T,
  is_derive (fun t => updl (map (ix ie) js) (map (ix ie) l) t old) x (eval T ie (dels l js)).
Proof.
  induction l as [|i l IH]; intros [|j js] old x T; simpl; try apply d_const.
  - apply (is_derive_id x).
  - unfold delta. destruct (Nat.eqb (ix ie i) (ix ie j)).
    + rewrite Rmult_1_l. apply IH.
    + rewrite Rmult_0_l. apply d_const.
Qed.

(** The theorem that every derivative rests on. *)
Theorem D_correct (v : nat) (T : tens) : forall e js ie, defined T ie e ->
  let jv := map (ix ie) js in
  is_derive (fun t => eval (updT T v jv t) ie e) (T v jv) (eval T ie (D v js e)).
Proof.
  induction e; intros js' ie H jv; simpl in H |- *; try contradiction.
  - (* Num *) apply d_const.
  - (* Len *) apply d_const.
  - (* Ten *) unfold updT. destruct (Nat.eqb v0 v); [apply d_updl | apply d_const].
  - (* Del *) apply d_const.
  - (* Add *) destruct H as [H1 H2]. apply d_plus; [now apply IHe1 | now apply IHe2].
  - (* Mul *) destruct H as [H1 H2].
    eapply d_eq; [apply d_mult; [exact (IHe1 js' ie H1) | exact (IHe2 js' ie H2)]|].
    cbv beta. rewrite !updT_same. reflexivity.
  - (* Opp *) apply d_opp. exact (IHe js' ie H).
  - (* Inv *) destruct H as [H1 H2].
    eapply d_eq; [apply d_inv; [exact (IHe js' ie H1)|]|]; cbv beta; rewrite ?updT_same; auto.
  - (* Exp *) eapply d_eq; [apply d_exp; exact (IHe js' ie H)|]; cbv beta; now rewrite updT_same.
  - (* Ln *) destruct H as [H1 H2].
    eapply d_eq; [apply d_ln; [exact (IHe js' ie H1)|]|]; cbv beta; rewrite ?updT_same; auto.
  - (* Sgm *) eapply d_eq; [apply d_sig; exact (IHe js' ie H)|]; cbv beta; now rewrite updT_same.
  - (* Sqr *) destruct H as [H1 H2].
    eapply d_eq; [apply d_sqrt; [exact (IHe js' ie H1)|]|]; cbv beta; rewrite ?updT_same; auto.
  - (* Sum *) apply (d_sum (dm d) (fun k t => eval (updT T v jv t) (k :: ie) e)). intros k Hk.
    specialize (IHe (map S js') (k :: ie) (H k Hk)). cbv zeta in IHe. rewrite map_map in IHe. exact IHe.
Qed.

(** An expression that is defined stays defined when one entry moves a little. *)
Lemma near_all (x : R) (P : nat -> R -> Prop) n : (forall k, (k < n)%nat -> locally x (P k)) ->
  locally x (fun t => forall k, (k < n)%nat -> P k t).
Proof.
  induction n; intros H; [apply filter_forall; intros; lia|].
  assert (IH : locally x (fun t => forall k, (k < n)%nat -> P k t)) by (apply IHn; intros; apply H; lia).
  generalize (filter_and _ _ IH (H n (Nat.lt_succ_diag_r n))). apply filter_imp.
  intros t [H1 H2] k Hk. destruct (Nat.eq_dec k n) as [->|]; auto. apply H1; lia.
Qed.
Lemma near_value v T e js ie (Q : R -> Prop) : defined T ie e -> open Q -> Q (eval T ie e) ->
  locally (T v (map (ix ie) js)) (fun t => Q (eval (updT T v (map (ix ie) js) t) ie e)).
Proof.
  intros H O HQ. pose proof (D_correct v T e js ie H) as C; cbv zeta in C.
  assert (X : ex_derive (fun t => eval (updT T v (map (ix ie) js) t) ie e) (T v (map (ix ie) js)))
    by (eexists; exact C).
  apply ex_derive_continuous in X. apply X. apply O. now rewrite updT_same.
Qed.
Lemma defined_near v T : forall e js ie, defined T ie e ->
  locally (T v (map (ix ie) js)) (fun t => defined (updT T v (map (ix ie) js) t) ie e).
Proof.
  induction e; intros js' ie H; simpl in *; try contradiction;
    try (apply filter_forall; intros; exact I); try (now apply IHe);
    try (destruct H as [H1 H2]; apply filter_and; auto).
  - apply (near_value v T e js' ie (fun u => u <> 0)); auto. apply open_neq.
  - apply (near_value v T e js' ie (fun u => 0 < u)); auto. apply open_gt.
  - apply (near_value v T e js' ie (fun u => 0 < u)); auto. apply open_gt.
  - apply near_all. intros k Hk. specialize (IHe (map S js') (k :: ie) (H k Hk)).
    rewrite map_map in IHe. exact IHe.
Qed.

(** [lower] carries out the derivatives, innermost first, and writes tanh with the logistic function. *)
Fixpoint lower (e : expr) : expr :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => e
  | Add a b => Add (lower a) (lower b) | Mul a b => Mul (lower a) (lower b)
  | Opp a => Opp (lower a) | Inv a => Inv (lower a)
  | Exp a => Exp (lower a) | Ln a => Ln (lower a) | Sgm a => Sgm (lower a) | Sqr a => Sqr (lower a)
  | Tnh a => Add (Mul (Num 2) (Sgm (Mul (Num 2) (lower a)))) (Num (-1))
  | Sum d b => Sum d (lower b)
  | Der v js a => D v js (lower a)
  end.
(** What is differentiated is defined. *)
Fixpoint meaningful (T : tens) (ie : list nat) (e : expr) : Prop :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => True
  | Add a b | Mul a b => meaningful T ie a /\ meaningful T ie b
  | Opp a | Inv a | Exp a | Ln a | Sgm a | Sqr a | Tnh a => meaningful T ie a
  | Sum d b => forall k, (k < dm d)%nat -> meaningful T (k :: ie) b
  | Der v js a => meaningful T ie a /\ defined T ie (lower a)
  end.
Lemma meaningful_near v T : forall e js ie, meaningful T ie e ->
  locally (T v (map (ix ie) js)) (fun t => meaningful (updT T v (map (ix ie) js) t) ie e).
Proof.
  induction e; intros js' ie H; simpl in *;
    try (apply filter_forall; intros; exact I); try (now apply IHe);
    try (destruct H as [H1 H2]; apply filter_and; auto).
  - apply near_all. intros k Hk. specialize (IHe (map S js') (k :: ie) (H k Hk)).
    rewrite map_map in IHe. exact IHe.
  - now apply defined_near.
Qed.
Lemma derivative_of_near v T a js ie : meaningful T ie a -> defined T ie (lower a) ->
  (forall T', meaningful T' ie a -> eval T' ie a = eval T' ie (lower a)) ->
  is_derive (fun t => eval (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js))
    (eval T ie (D v js (lower a))).
Proof.
  intros M H E. eapply is_derive_ext_loc; [|apply D_correct; exact H].
  generalize (meaningful_near v T a js ie M). apply filter_imp. intros t Ht. symmetry. now apply E.
Qed.
Theorem lower_correct : forall e T ie, meaningful T ie e -> eval T ie e = eval T ie (lower e).
Proof.
  induction e; intros T ie H; simpl in *; auto;
    try (destruct H as [H1 H2]; rewrite (IHe1 T ie H1), (IHe2 T ie H2); reflexivity);
    try (now rewrite (IHe T ie H)).
  - rewrite (IHe T ie H). apply tanh_sigma.
  - apply bsum_ext. intros k Hk. apply IHe. auto.
  - destruct H as [H1 H2]. apply is_derive_unique. apply derivative_of_near; auto.
Qed.
(** What a derivative in a statement comes down to. *)
Theorem derivative v T a js ie : meaningful T ie (Der v js a) ->
  is_derive (fun t => eval (updT T v (map (ix ie) js) t) ie a) (T v (map (ix ie) js))
    (eval T ie (D v js (lower a))).
Proof. intros [H1 H2]. apply derivative_of_near; auto. intros; now apply lower_correct. Qed.
End Value.
